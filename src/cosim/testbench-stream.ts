import { wrap } from '../base/index.js';
import type { EmittedFile } from '../emit/index.js';
import { resetName, topOf, type Design, type Module, type StreamPorts } from '../ir/index.js';
import { render } from '../template/index.js';
import { simulateRows } from './engines.js';
import { stimulus, type Row } from './stimulus.js';
import { benchModel, hexFile, placePorts, type BenchOptions, type BenchSubject } from './testbench.js';

/** A design with streams, and the harness of it as it is simulated: what words come out is found by running that. */
export interface StreamBenchSubject extends BenchSubject {
  readonly harness: Design;
}

/**
 * A self-checking testbench in SystemVerilog for a design with streams, with the words in and the words out that are due in
 * files for `$readmemh`, a file a stream. Both sides stall by a shift register with feedback: always willing, in half of
 * the cycles, in an eighth, in bursts. It checks each word out, their order, and that a word that waits stays as it is.
 */
export function streamTestbench(subject: StreamBenchSubject, options: BenchOptions): EmittedFile[] {
  const { emitted, simplified } = subject;
  const unit = topOf(simplified);
  const { streams = [] } = unit;
  const found = wordsOf(subject.harness, unit, options);
  const entry = new Map(emitted.ports.map((port) => [port.name, port]));
  const models = streams.map((stream, k) => {
    const { ports, width } = placePorts(stream.fields.map((name) => entry.get(name)!));
    const words = found.words.get(stream.name)!;
    const file = `${emitted.top}_tb_${stream.name}.hex`;
    return {
      stream,
      ports,
      text: hexFile(
        words.map((word) => [...word, 1n]),
        [...ports.map((port) => port.width), 1],
      ),
      model: {
        name: stream.name,
        into: stream.direction === 'in',
        file,
        count: words.length,
        top: width - 1,
        mark: width,
        fields: ports,
        valid: entry.get(stream.valid)!.verilog,
        ready: entry.get(stream.ready)!.verilog,
        // Bits of the shift register: another place for each stream.
        dice: (k * 5) % 24,
        phase: stream.direction === 'in' ? '[6:5]' : '[8:7]',
        burst: 3 + (k % 2),
      },
    };
  });
  const model = {
    ...benchModel(emitted, options, 'rst_n'),
    streams: models.map((one) => one.model),
    constants: constants(unit, emitted.ports, found.held),
    words: models
      .filter((one) => one.stream.direction === 'out')
      .reduce((sum, one) => sum + one.model.count, 0),
    lfsr: (Math.imul(options.seed + 1, 0x9e3779b1) >>> 0 || 1).toString(16),
  };
  return [
    { name: `${emitted.top}_tb.sv`, text: render('testbench-stream.sv', model) },
    ...models.map((one) => ({ name: one.model.file, text: one.text })),
  ];
}

/** The words of every stream that a run of the harness without resets hands over, in their order, a word for each field. */
function wordsOf(harness: Design, unit: Module, { vectors, seed }: BenchOptions) {
  const outer = topOf(harness);
  const { streams = [] } = unit;
  const handled = new Set(streams.flatMap(({ fields }) => fields));
  const made = stimulus(outer, 4 * vectors, seed, 4);
  const own = new Set(unit.inputs.filter(({ name }) => !handled.has(name)).map(({ name }) => name));
  const held = made.rows.at(-1)!;
  // Ports beside the streams are read whenever a word goes in: so they are held.
  const rows = made.rows.map((row, cycle): Row =>
    outer.inputs.map(({ name }, k) => {
      if (name === resetName) return cycle < made.warmUp ? 0n : 1n;
      return own.has(name) ? held[k]! : row[k]!;
    }),
  );
  const column = new Map(outer.outputs.map(({ name }, k) => [name, k]));
  const outputs = untilTaken(simulateRows(harness, rows), vectors, streams, column);
  const words = new Map(streams.map((stream) => [stream.name, handedOver(stream, outputs, column)] as const));
  const heldWords = new Map(outer.inputs.map(({ name }, k) => [name, held[k]!]));
  return { words, held: heldWords };
}

/** The cycles until a stream in has handed over `vectors` words. */
function untilTaken(
  outputs: readonly Row[],
  vectors: number,
  streams: readonly StreamPorts[],
  column: ReadonlyMap<string, number>,
): readonly Row[] {
  const ins = streams.filter(({ direction }) => direction === 'in');
  const left = ins.map(() => vectors);
  const end = outputs.findIndex((row) => {
    ins.forEach(({ name }, k) => (left[k]! -= Number(row[column.get(`${name}_moves`)!]!)));
    return left.some((words) => words === 0);
  });
  return end < 0 ? outputs : outputs.slice(0, end + 1);
}

function handedOver(
  { name, direction, fields }: StreamPorts,
  outputs: readonly Row[],
  column: ReadonlyMap<string, number>,
): bigint[][] {
  const moves = column.get(`${name}_moves`)!;
  const at = fields.map((field) => column.get(direction === 'in' ? `${field}_seen` : field)!);
  return outputs.filter((row) => row[moves] === 1n).map((row) => at.map((k) => row[k]!));
}

function constants(unit: Module, ports: BenchSubject['emitted']['ports'], held: ReadonlyMap<string, bigint>) {
  const { streams = [] } = unit;
  const handled = new Set(streams.flatMap(({ fields, valid, ready }) => [...fields, valid, ready]));
  const inputs = ports.filter(({ name, direction }) => direction === 'input' && !handled.has(name));
  return inputs.map(({ name, verilog, width }) => ({
    verilog,
    range: width === 1 ? '' : `[${width - 1}:0] `,
    value: `${width}'h${wrap(held.get(name)!, width).toString(16)}`,
  }));
}
