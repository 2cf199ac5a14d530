import {
  add,
  drive,
  hiddenRegister,
  literal,
  logic,
  mul,
  select,
  vectorOf,
  wrap,
  type Datapath,
  type Value,
} from '../../builder/index.js';
import { bool } from '../../format/index.js';
import { beatSum, factorOf, isPlane, truthOf } from './beat.js';
import type { HeteroUnit } from './unit.js';
import type { Fields } from './word.js';

/** What happens in a cycle. */
export interface Control {
  /** Whether the step at hand is taken. */
  readonly beat: Value;
  /** Whether all is to start anew. */
  readonly restart?: Value;
}

/** The sums behind the program: `y` or `planes`, and `done`. */
export function buildSums(
  datapath: Datapath,
  unit: HeteroUnit,
  fields: Fields,
  activations: Value,
  { beat, restart }: Control,
): { readonly sums: Value; readonly done: Value } {
  const ends = logic(datapath, 'and', beat, truthOf(fields.sumEnd));
  const fresh = hiddenRegister(datapath, 'fresh', bool, 1);
  const change = restart ? logic(datapath, 'or', beat, restart) : beat;
  drive(datapath, fresh, restart ? logic(datapath, 'or', ends, restart) : ends, change);
  const done = hiddenRegister(datapath, 'done', bool);
  drive(datapath, done, ends);
  const step = beatSum(datapath, unit, fields, activations);
  const sums =
    unit.scale.length > 0
      ? scaledSum(datapath, unit, fields, step, fresh.value, beat)
      : planeSums(datapath, unit, fields, step, fresh.value, beat);
  return { sums, done: done.value };
}

function scaledSum(
  datapath: Datapath,
  unit: HeteroUnit,
  fields: Fields,
  step: Value,
  fresh: Value,
  beat: Value,
): Value {
  const sum = hiddenRegister(datapath, 'sum', unit.sum);
  const base = select(datapath, fresh, literal(datapath, 0n), sum.value);
  const scaled = mul(datapath, step, factorOf(datapath, unit, fields));
  drive(datapath, sum, wrap(datapath, add(datapath, base, scaled), unit.sum), beat);
  return sum.value;
}

function planeSums(
  datapath: Datapath,
  unit: HeteroUnit,
  fields: Fields,
  step: Value,
  fresh: Value,
  beat: Value,
): Value {
  const sums = Array.from({ length: unit.planes }, (_, plane) => {
    const sum = hiddenRegister(datapath, `plane_${plane}`, unit.sum);
    const own = isPlane(datapath, fields, plane);
    const base = select(datapath, fresh, literal(datapath, 0n), sum.value);
    const added = select(datapath, own, step, literal(datapath, 0n));
    const when = logic(datapath, 'and', beat, logic(datapath, 'or', own, fresh));
    drive(datapath, sum, wrap(datapath, add(datapath, base, added), unit.sum), when);
    return sum.value;
  });
  return vectorOf(unit.sum, sums);
}
