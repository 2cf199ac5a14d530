import type { Result } from '../base/index.js';
import { listIn, membersOf, numberIn, readJsonText, textIn, type JsonNode, type JsonText } from './json.js';

/** What is between commands at least, in clocks of the memory; names as JEDEC has them, without the t or n. */
export interface TimingCycles {
  /** Clocks in which a burst has the data pins. */
  readonly BL: number;
  /** From a read command to its first data, and from a write command. */
  readonly CL: number;
  readonly CWL: number;
  /** From activating a row to reading it, and to writing it. */
  readonly RCDRD: number;
  readonly RCDWR: number;
  /** From precharge to activate, activate to precharge, activate to activate of one bank. */
  readonly RP: number;
  readonly RAS: number;
  readonly RC: number;
  /** From the end of written data to precharge, and from a read command to precharge. */
  readonly WR: number;
  readonly RTP: number;
  /** Between column commands of different bank groups, and of the same. */
  readonly CCDS: number;
  readonly CCDL: number;
  /** Between activates of different bank groups, and of the same. */
  readonly RRDS: number;
  readonly RRDL: number;
  /** From the end of written data to a read in another bank group, and in the same. */
  readonly WTRS: number;
  readonly WTRL: number;
  /** In which there are at most four activates. */
  readonly FAW: number;
  /** Between precharges of different banks. */
  readonly PPD: number;
  /** How long a refresh of all banks takes, and how often there is one. */
  readonly RFC: number;
  readonly REFI: number;
}

/** How a channel is made up. */
export interface Organisation {
  /** Pseudo-channels that share the command pins; 1 where there are none. */
  readonly pseudoChannels: number;
  readonly bankGroups: number;
  readonly banksPerGroup: number;
  readonly rowBytes: number;
  readonly burstBytes: number;
  /** How many slots of the command pins an activate takes. */
  readonly activateSlots: number;
  /** Whether row and column commands have pins of their own. */
  readonly splitCommandBus: boolean;
}

/** A set of timings of a kind of memory, as tech/board/timing/*.json has them. */
export interface TimingSet {
  readonly name: string;
  readonly about: string;
  readonly clockPs: number;
  readonly organisation: Organisation;
  readonly cycles: TimingCycles;
  readonly source: { readonly title: string; readonly url: string };
  readonly notes: readonly string[];
}

const cycleNames = [
  'BL',
  'CL',
  'CWL',
  'RCDRD',
  'RCDWR',
  'RP',
  'RAS',
  'RC',
  'WR',
  'RTP',
  'CCDS',
  'CCDL',
  'RRDS',
  'RRDL',
  'WTRS',
  'WTRL',
  'FAW',
  'PPD',
  'RFC',
  'REFI',
] as const satisfies readonly (keyof TimingCycles)[];

const counts = [
  'pseudoChannels',
  'bankGroups',
  'banksPerGroup',
  'rowBytes',
  'burstBytes',
  'activateSlots',
] as const satisfies readonly (keyof Organisation)[];

/** From a request to a channel at rest to the end of its data, where no row is open: activate, read, data. In ns. */
export function idleReadNs({ clockPs, cycles }: TimingSet): number {
  return ((cycles.RCDRD + cycles.CL + cycles.BL) * clockPs) / 1000;
}

/** Reads a set of timings. */
export function parseTiming(file: string, text: string): Result<TimingSet> {
  return readJsonText(file, text, readTiming);
}

function readTiming(json: JsonText, root: JsonNode): TimingSet | undefined {
  const members = membersOf(json, root, 'a set of timings', [
    'schema',
    'name',
    'about',
    'dataRateMbps',
    'clockPs',
    'organisation',
    'cycles',
    'source',
    'notes',
  ]);
  if (!members) return undefined;
  const name = textIn(json, members, 'name');
  const about = textIn(json, members, 'about');
  const clockPs = numberIn(json, members, 'clockPs', { least: 1, most: 1e6 });
  const organisation = readOrganisation(json, members.of.get('organisation') ?? root);
  const cycles = readCycles(json, members.of.get('cycles') ?? root);
  const source = readSource(json, members.of.get('source') ?? root);
  const notes = (listIn(json, members, 'notes') ?? []).map(({ value }) => String(value));
  if (json.faults.length > 0) return undefined;
  return {
    name: name!,
    about: about!,
    clockPs: clockPs!,
    organisation: organisation!,
    cycles: cycles!,
    source: source!,
    notes,
  };
}

function readOrganisation(json: JsonText, node: JsonNode): Organisation | undefined {
  const members = membersOf(json, node, '`organisation`', [...counts, 'splitCommandBus']);
  if (!members) return undefined;
  const read = counts.map((name) => [name, numberIn(json, members, name, { least: 1, most: 1 << 20 })]);
  return {
    ...(Object.fromEntries(read) as Omit<Organisation, 'splitCommandBus'>),
    splitCommandBus: members.of.get('splitCommandBus')?.value === true,
  };
}

function readCycles(json: JsonText, node: JsonNode): TimingCycles | undefined {
  const members = membersOf(json, node, '`cycles`', cycleNames);
  if (!members) return undefined;
  const read = cycleNames.map((name) => [name, numberIn(json, members, name, { least: 1, most: 1e6 })]);
  return Object.fromEntries(read) as TimingCycles;
}

export function readSource(json: JsonText, node: JsonNode): TimingSet['source'] | undefined {
  const members = membersOf(json, node, 'a source', ['title', 'url']);
  if (!members) return undefined;
  const [title, url] = [textIn(json, members, 'title'), textIn(json, members, 'url')];
  return title === undefined || url === undefined ? undefined : { title, url };
}
