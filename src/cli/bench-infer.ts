import { success } from '../base/index.js';
import type { BenchModule } from './benches.js';
import { packageFolder, readModel } from './data.js';
import { readBuilt } from './design.js';
import { say, table } from './terminal.js';

/** `bitloom bench infer`: LeNet-5 on 10,000 images through dot-int8, and in float, beside ONNX Runtime in float. */
export const bench: BenchModule['bench'] = async () => {
  const flow = await import('../flow/index.js');
  const built = await readBuilt(`${packageFolder}examples/dot-int8.dp`, {});
  if (!built.ok) return built;
  const model = await readModel('lenet5', 'unit');
  if (!model.ok) return model;
  const ready = await flow.prepareInference(model.value, built.value, flow.inferDefaults);
  if (!ready.ok) return ready;
  say(`lenet5 on ${ready.value.workload.images.count} images of mnist`);
  const made = await flow.benchInference(ready.value, model.value.bytes);
  if (!made.ok) return made;
  const rows = made.value.map(({ name, ours, peer, ratio, target, seconds, images, ...own }) => [
    ...[name, Math.round(ours), Math.round(peer), ratio.toFixed(2), target],
    ...[seconds.ours.toFixed(1), seconds.peer.toFixed(1), images, own.otherClass],
    ...[`${own.checked}, ${own.compared}`, own.mismatches],
  ]);
  const heading = [
    'benchmark',
    'bitloom /s',
    'peer /s',
    'ratio',
    'target',
    's',
    'peer s',
    'images',
    'class not that of float',
    'scores checked',
    'mismatches',
  ];
  return success({
    document: { benchmarks: made.value },
    text: table([heading, ...rows]),
    // Eight bits put a few images into other classes; float does not.
    agrees: made.value.every(
      ({ images, otherClass, mismatches }) => mismatches === 0 && otherClass <= images / 500,
    ),
  });
};
