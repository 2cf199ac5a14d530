import type { Result } from '../base/index.js';
import {
  listIn,
  membersOf,
  numberIn,
  placeOf,
  readJsonText,
  textIn,
  type JsonNode,
  type JsonText,
} from './json.js';
import { wrongKind } from './problems.js';
import { readSource } from './timing.js';

/** Memory off the chip: channels of a kind, each with a read port of its own. */
export interface MemoryKind {
  readonly name: string;
  readonly channels: number;
  readonly channelBytes: number;
  /** From a lookup to its first element, in an engine that waits for each: the closed form's constant. */
  readonly readNs: number;
  /** The name of its set of timings. */
  readonly timing: string;
  /** The name of its energy among the DRAMs of the technology data; null where no figure is public. */
  readonly energy: string | null;
}

/** Memory on the chip that tables may take: banks with a read port each. */
export interface OnChip {
  readonly banks: number;
  readonly bankBytes: number;
  readonly readNs: number;
}

/** A board, as tech/board/*.json has it. */
export interface Board {
  readonly name: string;
  readonly about: string;
  readonly memories: readonly MemoryKind[];
  readonly onChip: OnChip;
}

/** Reads the description of a board, in the form that docs/embeddings.md explains. */
export function parseBoard(file: string, text: string): Result<Board> {
  return readJsonText(file, text, readBoard);
}

export function readBoard(json: JsonText, root: JsonNode): Board | undefined {
  const members = membersOf(json, root, 'a board', [
    'schema',
    'name',
    'about',
    'memories',
    'onChip',
    'sources',
  ]);
  if (!members) return undefined;
  const name = textIn(json, members, 'name');
  const about = textIn(json, members, 'about');
  const memories = (listIn(json, members, 'memories') ?? []).map((node) => readMemory(json, node));
  const onChip = readOnChip(json, members.of.get('onChip') ?? root);
  const sources = members.of.has('sources') ? listIn(json, members, 'sources') : undefined;
  for (const source of sources ?? []) readSource(json, source);
  if (json.faults.length > 0) return undefined;
  return { name: name!, about: about!, memories: memories as MemoryKind[], onChip: onChip! };
}

function readMemory(json: JsonText, node: JsonNode): MemoryKind | undefined {
  const members = membersOf(json, node, 'a memory', [
    'name',
    'channels',
    'channelMiB',
    'readNs',
    'timing',
    'energy',
    'notes',
  ]);
  if (!members) return undefined;
  const energy = members.of.get('energy');
  if (energy && energy.type !== 'null' && energy.type !== 'string')
    json.faults.push(wrongKind('`energy`', 'the name of a DRAM, or null', placeOf(json, energy)));
  const channelMiB = numberIn(json, members, 'channelMiB', { least: 2 ** -10, most: 2 ** 24 }, false);
  return {
    name: textIn(json, members, 'name')!,
    channels: numberIn(json, members, 'channels', { least: 1, most: 1024 })!,
    channelBytes: (channelMiB ?? 0) * 2 ** 20,
    readNs: numberIn(json, members, 'readNs', { least: 0, most: 1e6 }, false)!,
    timing: textIn(json, members, 'timing')!,
    energy: (energy?.value as string | null | undefined) ?? null,
  };
}

function readOnChip(json: JsonText, node: JsonNode): OnChip | undefined {
  const members = membersOf(json, node, '`onChip`', ['banks', 'bankKiB', 'readNs', 'notes']);
  if (!members) return undefined;
  const bankKiB = numberIn(json, members, 'bankKiB', { least: 0, most: 2 ** 24 }, false);
  return {
    banks: numberIn(json, members, 'banks', { least: 0, most: 1024 })!,
    bankBytes: (bankKiB ?? 0) * 1024,
    readNs: numberIn(json, members, 'readNs', { least: 0, most: 1e6 }, false)!,
  };
}
