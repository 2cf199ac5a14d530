import { success, type Result } from '../base/index.js';
import type { Definition } from '../builder/index.js';
import { keyOf } from '../cache/index.js';
import type { Point, Stages } from '../explore/index.js';
import type { Design } from '../ir/index.js';
import { bitHeap, finish, simplify, type HeapCells, type Pass } from '../pass/index.js';
import { formsOf, type Built } from './design.js';
import type { ModelForms } from './modelled.js';
import { settleClocks } from './settle.js';

/** The forms of a point's design, each made when it is first asked for. */
export interface PointDesign extends ModelForms {
  readonly written: Design;
  /** All forms; the clock is one that the Verilog's constraints name. */
  built(): Built;
}

/** What is known of one design, whatever technology and clock it is looked at in. */
interface Known {
  readonly key: string;
  /** With its stages found where they are for a clock. */
  readonly written: Promise<Result<Design>>;
  simplified?: Design;
  plain?: Design;
  readonly heaped: Map<HeapCells, Design>;
  readonly built: Map<number | undefined, Built>;
}

/** How many designs are kept: points that share one come soon behind each other. */
const most = 16;

/**
 * Gives the designs of points, elaborated and optimised once for all technologies and clocks that they are looked at in.
 *
 * @param digest of the text that the definition stands in
 */
export function pointDesigns(): (
  definition: Definition,
  digest: string,
  point: Point,
  stages: Stages,
) => Promise<Result<PointDesign>> {
  const known = new Map<string, Known>();

  function elaborated(definition: Definition, digest: string, { parameters }: Point, stages: Stages): Known {
    const key = keyOf({ digest, name: definition.name, parameters });
    const found = known.get(key);
    const made = stages.at('elaborate', key, found, (): Known => ({
      key,
      written: settledDesign(definition.elaborate(parameters, 'kept')),
      heaped: new Map(),
      built: new Map(),
    }));
    known.delete(key);
    known.set(key, made);
    if (known.size > most) known.delete(known.keys().next().value!);
    return made;
  }

  return async (definition, digest, point, stages) => {
    const own = elaborated(definition, digest, point, stages);
    const made = await own.written;
    if (!made.ok) return made;
    const written = made.value;
    let built: Built | undefined;
    const buildNow = (): Built => {
      const { clockPs } = point;
      const key = keyOf([own.key, clockPs ?? null]);
      const made = stages.at('emit', key, own.built.get(clockPs), () => formsOf(written, clockPs));
      own.built.set(clockPs, made);
      return made;
    };
    const finished = (before: readonly Pass[] = []): Design =>
      finish((own.simplified ??= simplify(written)), before);
    const plain = (): Design => (own.plain = stages.at('optimise', own.key, own.plain, finished));
    const heaped = (cells: HeapCells): Design => {
      const made = own.heaped.get(cells) ?? finished([bitHeap(cells)]);
      own.heaped.set(cells, made);
      return made;
    };
    return success(
      {
        written,
        plain,
        heaped,
        built: () => (built ??= buildNow()),
      },
      made.diagnostics,
    );
  };
}

async function settledDesign(written: Result<Design>): Promise<Result<Design>> {
  if (!written.ok) return written;
  const settled = await settleClocks(written.value);
  if (!settled.ok) return settled;
  return success(settled.value.design, [...written.diagnostics, ...settled.diagnostics]);
}
