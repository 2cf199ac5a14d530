import {
  draft as startDraft,
  resetName,
  topOf,
  type Design,
  type Draft,
  type Id,
  type Module,
  type Port,
  type StreamPorts,
} from '../ir/index.js';

/** Where a port of the wrapped design lies in TDATA. */
export interface AxisField {
  readonly name: string;
  /** Its lowest bit; a multiple of 8. */
  readonly low: number;
  readonly width: number;
  /** What it takes with the bits above it up to the next byte: not read in words in; in words out as `fill` says. */
  readonly padded: number;
  /** What stands in the bits above it in words out. */
  readonly fill: 'zero' | 'sign';
  readonly lanes: number;
  readonly format: string;
}

/** An AXI4-Stream interface of a wrapper. */
export interface AxisBus {
  /** What its ports' names begin with, as `s_axis`. */
  readonly name: string;
  readonly direction: 'in' | 'out';
  /** The stream of the wrapped design. */
  readonly stream: string;
  readonly tdataBits: number;
  readonly fields: readonly AxisField[];
  /** The port of the wrapped design that TLAST is, where it has one. */
  readonly tlast?: string;
}

/** A design with streams inside a module with AXI4-Stream interfaces. */
export interface AxisWrapper {
  readonly design: Design;
  readonly buses: readonly AxisBus[];
}

/**
 * Puts a design with streams into a module with an AXI4-Stream interface for each stream, called `s_axis` and `m_axis`,
 * or `s_axis_NAME` where there are several of a direction. Every port begins at a byte of TDATA; the first lies lowest.
 * A bool called `last` is TLAST. Words are whole: TKEEP is all ones in words out, and not taken in. Ports that belong to
 * no stream stay as they are.
 *
 * @param name what the wrapper is called
 */
export function axisWrapper(inner: Design, name: string): AxisWrapper {
  const unit = topOf(inner);
  const { streams = [] } = unit;
  const buses = streams.map((stream) => busOf(stream, unit));
  const draft = startDraft(name);
  const words = new Map<string, Id>();
  buses.forEach((bus, k) => (bus.direction === 'in' ? takeIn : listen)(draft, bus, streams[k]!, words));
  const inputs = unit.inputs.map((port) => {
    if (port.name === resetName) return draft.reset();
    return words.get(port.name) ?? draft.input(port);
  });
  const results = draft.instance(unit, inputs, unit.name);
  const resultOf = (name: string): Id => results[unit.outputs.findIndex((port) => port.name === name)]!;
  buses.forEach((bus, k) => {
    const { valid, ready } = streams[k]!;
    if (bus.direction === 'in') draft.output(bit(`${bus.name}_tready`), resultOf(ready));
    else giveOut(draft, bus, resultOf(valid), resultOf);
    draft.stream(streamPorts(bus));
  });
  const top = draft.finish(`${unit.name} behind AXI4-Stream. ${unit.about}`);
  const { uses } = inner;
  return { design: { top: top.name, modules: [...inner.modules, top], ...(uses && { uses }) }, buses };
}

function busOf({ name, direction, fields }: StreamPorts, unit: Module): AxisBus {
  const alike = (unit.streams ?? []).filter((one) => one.direction === direction);
  const base = direction === 'in' ? 's_axis' : 'm_axis';
  const ends = direction === 'in' ? unit.inputs : unit.outputs;
  const ports = fields.map((field) => ends.find((port) => port.name === field)!);
  const tlast = ports.find((port) => port.width === 1 && isLast(port.name, name));
  let low = 0;
  const placed = ports
    .filter((port) => port !== tlast || ports.length === 1)
    .map((port) => {
      const field = fieldAt(port, low);
      low += field.padded;
      return field;
    });
  return {
    name: alike.length === 1 ? base : `${base}_${name}`,
    direction,
    stream: name,
    tdataBits: low,
    fields: placed,
    ...(tlast && ports.length > 1 && { tlast: tlast.name }),
  };
}

function isLast(port: string, stream: string): boolean {
  return port === 'last' || port === `${stream}_last` || port === `${stream}_tlast`;
}

function fieldAt({ name, width, lanes, signed, format }: Port, low: number): AxisField {
  const fill = signed && lanes === 1 ? 'sign' : 'zero';
  return { name, low, width, padded: 8 * Math.ceil(width / 8), fill, lanes, format };
}

/** The bus as the ports of a stream. */
function streamPorts(bus: AxisBus): StreamPorts {
  const { name, direction, tlast } = bus;
  const fields = [
    `${name}_tdata`,
    ...(direction === 'out' ? [`${name}_tkeep`] : []),
    ...(tlast === undefined ? [] : [`${name}_tlast`]),
  ];
  return { name, direction, fields, valid: `${name}_tvalid`, ready: `${name}_tready` };
}

/** The ports of a bus whose words come in, and the fields as the unit gets them. */
function takeIn(draft: Draft, bus: AxisBus, stream: StreamPorts, words: Map<string, Id>): void {
  const data = draft.input(bits(`${bus.name}_tdata`, bus.tdataBits));
  for (const { name, low, width } of bus.fields) words.set(name, draft.slice(data, low, width));
  if (bus.tlast !== undefined) words.set(bus.tlast, draft.input(bit(`${bus.name}_tlast`)));
  words.set(stream.valid, draft.input(bit(`${bus.name}_tvalid`)));
}

function listen(draft: Draft, bus: AxisBus, stream: StreamPorts, words: Map<string, Id>): void {
  words.set(stream.ready, draft.input(bit(`${bus.name}_tready`)));
}

function giveOut(draft: Draft, bus: AxisBus, valid: Id, resultOf: (name: string) => Id): void {
  const parts = bus.fields.map(({ name, padded, fill }) =>
    draft.extend(resultOf(name), padded, fill === 'sign'),
  );
  const bytes = bus.tdataBits / 8;
  draft.output(bits(`${bus.name}_tdata`, bus.tdataBits), draft.concat(parts));
  draft.output(bits(`${bus.name}_tkeep`, bytes), draft.constant((1n << BigInt(bytes)) - 1n, bytes));
  if (bus.tlast !== undefined) draft.output(bit(`${bus.name}_tlast`), resultOf(bus.tlast));
  draft.output(bit(`${bus.name}_tvalid`), valid);
}

function bits(name: string, width: number): Port {
  return { name, width, lanes: 1, signed: false, format: width === 1 ? 'bool' : `bits(${width})` };
}

function bit(name: string): Port {
  return bits(name, 1);
}

/** The table of what lies where in the words of a bus, a line each, for the header of the Verilog. */
export function axisTable(bus: AxisBus): string[] {
  const { name, direction, tdataBits, fields, tlast } = bus;
  const range = (low: number, width: number): string => `[${low + width - 1}:${low}]`;
  const rows = fields.map(({ name: field, low, width, padded, fill, lanes, format }) => {
    const type = lanes > 1 ? `${lanes} x ${format}, element 0 in the low bits` : format;
    const above =
      padded === width ? '' : `; ${range(low + width, padded - width)} ${padding(direction, fill)}`;
    return `  ${range(low, width).padEnd(14)} ${field.padEnd(16)} ${type}${above}`;
  });
  const last = tlast === undefined ? [] : [`${name}_tlast is ${tlast}.`];
  const keep = direction === 'out' ? [`${name}_tkeep is all ones.`] : [];
  return [`${name}_tdata, ${tdataBits / 8} bytes:`, ...rows, ...last, ...keep];
}

function padding(direction: 'in' | 'out', fill: 'zero' | 'sign'): string {
  if (direction === 'in') return 'not read';
  return fill === 'sign' ? 'repeat its sign' : '0';
}
