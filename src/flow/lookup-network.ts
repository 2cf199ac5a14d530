import { success, type Result } from '../base/index.js';
import {
  finishDatapath,
  inputPort,
  noteUse,
  outputPort,
  scalar,
  startDatapath,
  type Arguments,
  type Value,
} from '../builder/index.js';
import { bool } from '../format/index.js';
import { layerParameters, layersOf, type LayerCodes, type Plan } from '../hbm/index.js';
import type { Design, Id, StreamPorts } from '../ir/index.js';
import {
  dense,
  denseRow,
  denseShape,
  parametersOf,
  type Operator,
  type OperatorPort,
  type OperatorPorts,
} from '../ops/index.js';

/** An operator of the library with its parameters. */
export interface Unit {
  readonly operator: Operator;
  readonly parameters: Arguments;
}

/** The layers of the network behind the lookups of a plan. */
export function networkUnits(
  { model }: Plan,
  codes: readonly LayerCodes[],
  fraction: number,
): Result<readonly Unit[]> {
  const layers = layersOf(model);
  if (!layers.ok) return layers;
  const units: Unit[] = [];
  for (const given of layerParameters(model, layers.value, codes, fraction)) {
    const whole = parametersOf(dense, [], given);
    if (!whole.ok) return whole;
    units.push({ operator: dense, parameters: whole.value });
  }
  return success(units);
}

/** What the network makes of a feature vector, by the reference of its layers; all numbers as integers of their formats. */
export function networkResult(layers: readonly Arguments[]): (features: Float64Array) => Float64Array {
  const shapes = layers.map(denseShape);
  return (features) => {
    const first = Array.from(features, (code) => BigInt(code));
    const results = shapes.reduce<readonly bigint[]>((vector, shape) => denseRow(shape, vector), first);
    return Float64Array.from(results, Number);
  };
}

/**
 * Units of the library one behind the other: the first stream out of each goes into the first stream in of the next, field by
 * field. All other ports become ports of the whole.
 */
export function chained(name: string, about: string, units: readonly Unit[]): Design {
  const datapath = startDatapath(name);
  let before: Handed | undefined;
  units.forEach(({ operator, parameters }, at) => {
    const ports = operator.ports(parameters);
    const next = at + 1 < units.length ? firstStream(ports, 'out') : undefined;
    const to = before && firstStream(ports, 'in');
    const taken = next && datapath.draft.wire(1);
    const given = (port: OperatorPort): Value => {
      if (taken !== undefined && port.name === next!.ready) return scalar(bool, taken);
      if (to && port.name === to.valid) return before!.valid;
      const field = to ? to.fields.indexOf(port.name) : -1;
      return field < 0 ? inputPort(datapath, port.name, port.type) : before!.fields[field]!;
    };
    const inputs = ports.inputs.map(given);
    noteUse(datapath, { operator: operator.name, parameters });
    const outputs = operator.build(datapath, parameters, inputs);
    const made = new Map(ports.outputs.map((port, k) => [port.name, outputs[k]!]));
    if (to) datapath.draft.bind(before!.taken, wordOf(made.get(to.ready)!));
    const inner = [...(next ? [next.valid, ...next.fields] : []), ...(to ? [to.ready] : [])];
    for (const { name: port, type } of ports.outputs)
      if (!inner.includes(port)) outputPort(datapath, port, made.get(port)!, type);
    for (const stream of ports.streams ?? [])
      if (stream.name !== to?.name && stream.name !== next?.name) datapath.draft.stream(stream);
    before = next && {
      fields: next.fields.map((field) => made.get(field)!),
      valid: made.get(next.valid)!,
      taken: taken!,
    };
  });
  const design = finishDatapath(datapath, about);
  if (!design) throw new Error(datapath.diagnostics.map(({ message }) => message).join('; '));
  return design;
}

/** A stream between two units; `taken` is a wire, to be bound by the one that takes. */
interface Handed {
  readonly fields: readonly Value[];
  readonly valid: Value;
  readonly taken: Id;
}

function firstStream({ streams = [] }: OperatorPorts, direction: StreamPorts['direction']): StreamPorts {
  return streams.find((stream) => stream.direction === direction)!;
}

function wordOf(value: Value): Id {
  if (value.kind !== 'scalar') throw new Error('a unit gives no ready');
  return value.id;
}
