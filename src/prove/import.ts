import type { Diagnostic } from '../base/index.js';
import { resetName, type Id, type Module, type Port } from '../ir/index.js';
import { combinational } from './cell.js';
import { importMemory, type MemoryPorts } from './memory.js';
import { numberOf, type Job, type NetBit, type Wiring, type YosysCell, type YosysModule } from './netlist.js';
import { notReadBack, portDiffers, unknownCell } from './problems.js';
import { startWiring } from './wiring.js';

/** What a module is to look like from outside; ports by their names in the Verilog. */
export interface Outline {
  readonly name: string;
  readonly about: string;
  readonly latency: number;
  readonly inputs: ReadonlyMap<string, Port>;
  readonly outputs: ReadonlyMap<string, Port>;
}

const clockName = 'clk_i';

/** The netlist as a module; undefined, or faults reported, where it has parts that are not followed. */
export function importModule(
  netlist: YosysModule,
  outline: Outline,
  report: (fault: Diagnostic) => void,
): Module | undefined {
  const wiring = startWiring(outline.name, report);
  if (!importInputs(netlist, outline, wiring)) return undefined;
  // Notes of Yosys on where a flattened instance was.
  const cells = Object.entries(netlist.cells).filter(([, cell]) => cell.type !== '$scopeinfo');
  const names = namesOf(netlist);
  const clock = netlist.ports[clockName]?.bits[0];
  const registers = cells
    .filter(([, cell]) => cell.type === '$dff')
    .map(([name, cell]) => startRegister(names.get(cell.connections['Q']![0]!) ?? name, cell, clock, wiring));
  const memories = cells
    .filter(([, cell]) => cell.type === '$mem_v2')
    .map(([name, cell]) => importMemory(name, cell, cells, clock, wiring));
  const jobs = [...memories.flatMap((memory) => memory?.reads ?? []), ...combinationalJobs(cells, wiring)];
  if (!runInOrder(jobs)) {
    report(notReadBack('has a combinational loop or a net that nothing drives'));
    return undefined;
  }
  for (const register of registers) register();
  connectWrites(memories);
  return importOutputs(netlist, outline, wiring);
}

/** The names of words by their lowest nets. */
function namesOf(netlist: YosysModule): Map<NetBit, string> {
  const names = new Map<NetBit, string>();
  for (const [name, { bits, hide_name }] of Object.entries(netlist.netnames))
    if (hide_name === 0 && !names.has(bits[0]!)) names.set(bits[0]!, name);
  return names;
}

function connectWrites(memories: readonly (MemoryPorts | undefined)[]): void {
  for (const memory of memories) memory?.write();
}

function importInputs(netlist: YosysModule, outline: Outline, wiring: Wiring): boolean {
  for (const [name, port] of outline.inputs) {
    const found = netlist.ports[name];
    if (found?.direction !== 'input' || found.bits.length !== port.width) {
      const is = found ? `an ${found.direction} of ${found.bits.length} bits` : 'not there';
      wiring.report(portDiffers(name, `an input of ${port.width} bits`, is));
      return false;
    }
    const id = port.name === resetName ? wiring.draft.reset() : wiring.draft.input(port);
    wiring.drive(found.bits, id);
  }
  return true;
}

function importOutputs(netlist: YosysModule, outline: Outline, wiring: Wiring): Module | undefined {
  for (const [name, port] of outline.outputs) {
    const found = netlist.ports[name];
    if (found?.direction !== 'output' || found.bits.length !== port.width) {
      const is = found ? `an ${found.direction} of ${found.bits.length} bits` : 'not there';
      wiring.report(portDiffers(name, `an output of ${port.width} bits`, is));
      return undefined;
    }
    wiring.draft.output(port, wiring.word(found.bits));
  }
  return { ...wiring.draft.finish(outline.about), latency: outline.latency };
}

/** Makes the register's node; what is returned connects it once all words are there. */
function startRegister(name: string, cell: YosysCell, clock: NetBit | undefined, wiring: Wiring): () => void {
  const { D = [], Q = [], CLK = [] } = cell.connections;
  if (CLK[0] !== clock || numberOf(cell, 'CLK_POLARITY') !== 1)
    wiring.report(notReadBack(`clocks \`${name}\` by something else than the rising edge of ${clockName}`));
  const id = wiring.draft.reg(Q.length, name);
  wiring.drive(Q, id);
  return () => wiring.draft.connect(id, wiring.word(D));
}

function combinationalJobs(cells: readonly (readonly [string, YosysCell])[], wiring: Wiring): Job[] {
  return cells.flatMap(([name, cell]) => {
    if (cell.type === '$dff' || cell.type === '$mem_v2') return [];
    const { Y = [], ...inputs } = cell.connections;
    const make = combinational[cell.type];
    if (!make) {
      wiring.report(unknownCell(cell.type, name));
      return [];
    }
    const run = (): void => {
      const operand = (port: string): Id => wiring.word(inputs[port]!);
      wiring.drive(
        Y,
        make(wiring.draft, operand, (parameter) => numberOf(cell, parameter), Y.length),
      );
    };
    return [{ reads: Object.values(inputs).flat(), drives: Y, run }];
  });
}

/** Runs every job behind those that drive what it reads; false where they wait for one another. */
function runInOrder(jobs: readonly Job[]): boolean {
  const driver = new Map<NetBit, number>();
  jobs.forEach((job, index) => {
    for (const net of job.drives) if (typeof net === 'number') driver.set(net, index);
  });
  const waiting = jobs.map((job) => {
    const before = job.reads.map((net) => driver.get(net)).filter((index) => index !== undefined);
    return new Set(before);
  });
  const readers: number[][] = jobs.map(() => []);
  waiting.forEach((before, index) => before.forEach((other) => readers[other]!.push(index)));
  const ready = waiting.flatMap((before, index) => (before.size === 0 ? [index] : []));
  let done = 0;
  for (let index = ready.pop(); index !== undefined; index = ready.pop()) {
    jobs[index]!.run();
    done++;
    for (const reader of readers[index]!) {
      waiting[reader]!.delete(index);
      if (waiting[reader]!.size === 0) ready.push(reader);
    }
  }
  return done === jobs.length;
}
