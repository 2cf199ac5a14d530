import { failure, random, success, type Result } from '../base/index.js';
import { findSteps } from './affine.js';
import { encode } from './coding.js';
import { range, selectImages } from './data/images.js';
import { evaluate } from './evaluate.js';
import { exponentDifferences, type ExponentStudy } from './exponents.js';
import { floatRunner } from './floatrun.js';
import { forward, type Engines, type LayerPass } from './forward.js';
import { asNumbers } from './layout.js';
import { noImages } from './problems.js';
import type { QuantisedNetwork } from './quantise.js';
import { batches, type Workload } from './workload.js';

/** What one layer on a datapath does to its numbers. */
export interface LayerStudy {
  readonly name: string;
  /** 10 log10 of Σ y² / Σ (y − ŷ)², y as float gives it, all layers before quantised too; null where it is not finite */
  readonly snrDb: number | null;
  /** Where a network states codes: share of the result's codes that are those of the network's own arithmetic in float. */
  readonly sameCodes?: number;
  /** How many sums need so many bits in two's complement, by bits; for integer sums. */
  readonly accumulatorBits: readonly number[];
  /** of the products of each beat, operands in FP16 */
  readonly exponents: ExponentStudy;
}

/** How many images' sums are counted, and how many inner products of a layer are looked at for exponents. */
const [countedImages, exponentProducts] = [4, 500];

/** Studies the layers on datapaths over the first images of a workload. */
export function studyLayers(
  quantised: QuantisedNetwork,
  workload: Workload,
  engines: Engines,
  images: number,
  seed: number,
): Result<readonly LayerStudy[]> {
  const first = (count: number): Workload => ({
    ...workload,
    images: selectImages(workload.images, range(0, Math.min(count, workload.images.count))),
  });
  if (workload.images.count === 0) return failure(noImages());
  const noise = noiseOf(quantised, first(images), engines);
  const bits = accumulatorsOf(quantised, first(countedImages), engines);
  const exponents = exponentsOf(quantised, first(countedImages), engines, seed);
  if (!noise.ok) return noise;
  if (!bits.ok) return bits;
  if (!exponents.ok) return exponents;
  return success(
    layersOf(quantised).map(({ name, output }) => {
      const { power, error, codes, same } = noise.value.get(output)!;
      const snrDb = 10 * Math.log10(power / error);
      return {
        name,
        snrDb: Number.isFinite(snrDb) ? snrDb : null,
        ...(codes > 0 && { sameCodes: same / codes }),
        accumulatorBits: bits.value.get(output)!,
        exponents: exponents.value.get(output)!,
      };
    }),
  );
}

function layersOf({ steps }: QuantisedNetwork) {
  return steps.flatMap((step) => (step.kind === 'layer' || step.kind === 'blocks' ? [step.layer] : []));
}

interface Noise {
  power: number;
  error: number;
  /** of a layer whose codes the network states: how many there are, and how many are the float run's */
  codes: number;
  same: number;
}

function noiseOf(
  quantised: QuantisedNetwork,
  workload: Workload,
  engines: Engines,
): Result<ReadonlyMap<string, Noise>> {
  const noise = new Map(
    layersOf(quantised).map(({ output }): [string, Noise] => [
      output,
      { power: 0, error: 0, codes: 0, same: 0 },
    ]),
  );
  const inFloat = floatRunner(quantised.prepared);
  for (const { tensor } of batches(workload)) {
    const due = new Map<string, Float32Array>();
    const floats = inFloat(tensor, (name, value) => void (noise.has(name) && due.set(name, value())));
    if (!floats.ok) return floats;
    const layer = ({ layer: one, result }: LayerPass): void => {
      const { output } = one;
      const [found, wanted, own] = [asNumbers(result), due.get(output)!, noise.get(output)!];
      if (result.kind === 'codes' && 'coding' in one && one.stated === 'all') {
        const { codes } = encode(wanted, result.coding);
        own.codes += codes.length;
        own.same += codes.filter((code, i) => code === result.planes[i]).length;
      }
      for (let i = 0; i < found.length; i++) {
        own.power += wanted[i]! ** 2;
        own.error += (wanted[i]! - found[i]!) ** 2;
      }
    };
    const ran = forward(quantised, tensor, engines, { layer });
    if (!ran.ok) return ran;
  }
  return success(noise);
}

function accumulatorsOf(
  quantised: QuantisedNetwork,
  workload: Workload,
  engines: Engines,
): Result<ReadonlyMap<string, number[]>> {
  const counts = new Map(layersOf(quantised).map(({ output }): [string, number[]] => [output, []]));
  for (const { tensor } of batches(workload, 1)) {
    const layer = (pass: LayerPass): void => {
      const { groups, positions, columns } = pass.layer.geometry;
      const own = counts.get(pass.layer.output)!;
      if (pass.engine.sumBits === undefined && !('coding' in pass.layer)) return;
      const products = pass.products();
      for (let i = 0; i < groups * positions * columns; i++) {
        const position = Math.floor(i / columns) % positions;
        const sum = products.sum(Math.floor(i / columns / positions), position, i % columns);
        const bits = 1 + Math.ceil(Math.log2(sum < 0 ? -sum : sum + 1));
        while (own.length <= bits) own.push(0);
        own[bits]!++;
      }
    };
    const ran = forward(quantised, tensor, engines, { layer });
    if (!ran.ok) return ran;
  }
  return success(counts);
}

function exponentsOf(
  { prepared, steps }: QuantisedNetwork,
  workload: Workload,
  engines: Engines,
  seed: number,
): Result<ReadonlyMap<string, ExponentStudy>> {
  const source = random(seed);
  const engineOf = typeof engines === 'function' ? engines : () => engines;
  const wanted = new Set(layersOf({ prepared, steps }).map(({ output }) => output));
  const found = new Map<string, ExponentStudy>();
  for (const { tensor } of batches(workload)) {
    const values = evaluate(prepared, tensor);
    if (!values.ok) return values;
    for (const step of findSteps(prepared)) {
      if (step.kind !== 'affine' || !wanted.has(step.affine.output)) continue;
      const { affine } = step;
      const input = values.value.get(affine.input)!.data as Float32Array;
      const right =
        affine.right === undefined ? undefined : (values.value.get(affine.right)!.data as Float32Array);
      const { lanes } = engineOf(affine);
      found.set(
        affine.output,
        exponentDifferences(affine, input, right, tensor.dims[0]!, lanes, exponentProducts, source),
      );
    }
  }
  return success(found);
}
