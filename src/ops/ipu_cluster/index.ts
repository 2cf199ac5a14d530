import { pack, unpack, type Arguments, type Datapath, type Value } from '../../builder/index.js';
import type { Id } from '../../ir/index.js';
import { integerOf } from '../arguments.js';
import { ipuPorts, ipuShape, nibbleInnerProduct, runningReference } from '../nibble_inner_product/index.js';
import type { Operator, Words } from '../operator.js';
import { buildCluster, type ClusterShape } from './build.js';

export {
  clusterSchedule,
  clusterTiming,
  lockStepCycles,
  type ClusterTiming,
  type TimedJob,
} from './throughput.js';

/** Several nibble inner-product units that stall on their own. */
export const ipuCluster: Operator = {
  name: 'ipu_cluster',
  about:
    'Nibble inner-product units, each between queues of its own, so that they stall on their own; sums are dealt out by turns and come out in order.',
  parameters: [
    { kind: 'integer', name: 'units', about: 'how many units there are', least: 1, most: 16, default: 4 },
    {
      kind: 'integer',
      name: 'depth',
      about: 'jobs that can wait before each unit, and results behind it',
      least: 1,
      most: 16,
      default: 2,
    },
    ...nibbleInnerProduct.parameters,
  ],
  infer: nibbleInnerProduct.infer,
  ports: (p) => ipuPorts(ipuShape(p)),
  rules: (p) => nibbleInnerProduct.rules!(p),
  latency: () => 0,
  reference,
  build,
  samples: [
    { units: 2, depth: 1, lanes: 2, tree: 12 },
    { units: 3, depth: 2, lanes: 1, tree: 14, accumulate: 'fixed' },
    { units: 1, depth: 1, lanes: 1, alignment: 'single', accumulate: 'fixed', result: 'fixed' },
  ],
};

function clusterShape(p: Arguments): ClusterShape {
  return { unit: ipuShape(p), units: integerOf(p, 'units'), depth: integerOf(p, 'depth') };
}

/** Every unit keeps sums of its own; a sum's jobs go to one unit, up to its last one. */
function reference(p: Arguments) {
  const { unit, units } = clusterShape(p);
  const each = Array.from({ length: units }, () => runningReference(unit));
  let turn = 0;
  return (inputs: readonly Words[]): readonly Words[] => {
    const result = each[turn]!(inputs);
    if (result.length > 0) turn = (turn + 1) % units;
    return result;
  };
}

function build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const { draft } = datapath;
  const shape = clusterShape(p);
  const words = inputs.map((value) => pack(draft, value));
  const [last, valid, taken] = words.slice(-3) as [Id, Id, Id];
  const made = buildCluster(datapath, shape, { job: words.slice(0, -2), last, valid, taken });
  return ipuPorts(shape.unit).outputs.map(({ type }, k) =>
    unpack(draft, [made.ready, made.valid, ...made.result][k]!, type),
  );
}
