import { costFigures, type MadeCost } from './cost.js';
import type { DesignFacts } from './design.js';
import type { Badge, Figure, Section } from './model.js';
import { counted } from './numbers.js';

/** A design in a handful of figures. */
export function summarySection(design: DesignFacts, verdict: Badge, costs: readonly MadeCost[]): Section {
  const made = 'the pipelined design';
  const figures: Figure[] = [
    {
      label: 'Verification',
      value: verdict.state === 'good' ? '0 mismatches' : verdict.text,
      source: verdict.text,
    },
    ...(design.streams ? [] : [{ label: 'Latency', value: counted(design.latency, 'cycle'), source: made }]),
    { label: 'Registers', value: counted(design.registerBits, 'bit'), source: made },
    ...costs.slice(0, 1).flatMap(costFigures),
  ];
  return { title: 'Summary', blocks: [{ kind: 'figures', figures }] };
}
