// The forms in which synthesis is given a design by default: sums as they are written and, for a technology with full adders
// and a design with sums that become heaps, bit heaps of its adder cells.
import { hasAdders, modelForms, sampleKey } from '../../dist/flow/index.js';
import { simplify } from '../../dist/pass/index.js';
import { adderCells } from '../../dist/synth/index.js';

/**
 * How many bits a design may have, counted below, for its bit heaps to be mapped: those are other ones for every technology and take
 * most of the time. Of larger designs only the other form is there.
 */
const mostBits = {
  asap7: { fit: 4300, validation: 4300, heldOut: 5300 },
  freepdk45: { fit: 1500, validation: 1500, heldOut: 4600 },
  sky130: { fit: 1500, validation: 1500, heldOut: 4600 },
};

/**
 * `{sample, form, design, key, technologies}`: every design that is to be mapped, with those it is mapped to; with `partly`, the
 * technologies in which the bit heap of the design is too large.
 */
export function formsOfAll(samples, technologies) {
  return samples.flatMap((sample) => {
    const simplified = simplify(sample.written);
    const forms = modelForms(simplified);
    const heaps = technologies.flatMap((technology) => heapsOf(sample, forms, technology));
    const partly = new Set(heaps.flatMap(({ small, technologies: [one] }) => (small ? [] : [one])));
    const plain = { sample, form: 'behavioural', design: forms.plain(), technologies, partly };
    return [plain, ...heaps.filter(({ small }) => small)].map((made) => ({
      ...made,
      key: sampleKey(made.design),
    }));
  });
}

function heapsOf(sample, forms, technology) {
  const cells = adderCells(technology);
  if (!cells) return [];
  const design = forms.heaped(cells);
  const most = mostBits[technology.name]?.[sample.set] ?? 0;
  if (!hasAdders(design)) return [];
  return [
    {
      sample,
      form: 'bitheap',
      design,
      technologies: [technology],
      partly: new Set(),
      small: bitsOf(design) <= most,
    },
  ];
}

/** The bits of all words, and those of products by rows. */
function bitsOf({ modules }) {
  const nodes = modules.flatMap((module) => module.nodes);
  return nodes.reduce((sum, { kind, width }) => sum + width * (kind === 'mul' ? width : 1), 0);
}
