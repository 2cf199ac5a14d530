import { failure, success, type Diagnostic, type Result } from '../../base/index.js';
import { bitSelections } from '../../format/index.js';
import { normalisations, type NormalisationName } from '../data/images.js';
import { ladderBits, ladderNames } from '../ladder/index.js';
import type { Augmentation } from './augment.js';
import { object, oneOf, real, text, variants, whole, type Check, type Fields } from './fields.js';
import { isBinary, type BitErrorSpec, type StoredSpec } from './stored.js';
import { layersCheck } from './layers/fields.js';
import type { LayerSpec } from './layers/spec.js';
import type { OptimiserSpec } from './optimiser.js';
import { disagrees } from './problems.js';

/** Everything that decides how a network comes out of its training. */
export interface Recipe {
  readonly schema: 1;
  readonly name: string;
  /** a data set by name */
  readonly data: string;
  /** of images */
  readonly normalisation?: NormalisationName;
  readonly layers: readonly LayerSpec[];
  readonly augmentation?: Augmentation;
  readonly epochs: number;
  /** samples per step: a whole number of shards */
  readonly batch: number;
  /** samples whose gradient is computed together; batch normalisation is over so many */
  readonly shard: number;
  readonly optimiser: OptimiserSpec;
  readonly rate: number;
  readonly warmup?: number;
  readonly weightDecay?: number;
  readonly labelSmoothing?: number;
  readonly seed: number;
  readonly stored?: StoredSpec;
  readonly clip?: number;
  readonly bitErrors?: BitErrorSpec;
}

const codes = { bits: { check: whole(ladderBits.least, ladderBits.most) } } as const;

const stored: Check = variants('scheme', {
  ...Object.fromEntries(ladderNames.map((name) => [name, codes])),
  heterogeneous: { averageBits: { check: real(1, 8) }, selection: { check: oneOf(bitSelections) } },
  homogeneous: { planes: { check: whole(1, 8) } },
});

const optional = (check: Check): Fields[string] => ({ check, optional: true });

const fields: Fields = {
  schema: { check: whole(1, 1) },
  name: { check: text },
  data: { check: text },
  normalisation: optional(oneOf(Object.keys(normalisations))),
  layers: { check: layersCheck },
  augmentation: optional(
    object({
      shift: { check: real(0, 100) },
      rotateDegrees: { check: real(0, 180) },
      stretch: { check: real(0, 0.9) },
    }),
  ),
  epochs: { check: whole(1, 10000) },
  batch: { check: whole(1, 65536) },
  shard: { check: whole(1, 4096) },
  optimiser: {
    check: variants('kind', { adam: {}, sgd: { momentum: { check: real(0, 1) } } }),
  },
  rate: { check: real(0, 100, true) },
  warmup: optional(whole(0)),
  weightDecay: optional(real(0, 1)),
  labelSmoothing: optional(real(0, 1)),
  seed: { check: whole(0, 2 ** 31 - 1) },
  stored: optional(stored),
  clip: optional(real(0, 1000, true)),
  bitErrors: optional(object({ rate: { check: real(0, 1) }, belowLoss: { check: real(0, 1000, true) } })),
};

/** A recipe from the value of its JSON file; all that is wrong with it is told. */
export function parseRecipe(value: unknown): Result<Recipe> {
  const wrong = object(fields)(value, 'the recipe');
  if (wrong.length > 0) return failure(...wrong);
  const recipe = value as Recipe;
  const odd = disagreements(recipe);
  return odd.length > 0 ? failure(...odd) : success(recipe);
}

function disagreements({ batch, shard, bitErrors, stored }: Recipe): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (batch % shard !== 0) {
    found.push(
      disagrees(
        `a batch of ${batch} is no whole number of shards of ${shard}`,
        'choose a shard that divides it',
      ),
    );
  }
  if (bitErrors && (!stored || isBinary(stored))) {
    const hint = 'add "stored": { "scheme": "rquant", "bits": 8 }';
    found.push(disagrees('bit errors need weights that are stored as codes', hint));
  }
  return found;
}
