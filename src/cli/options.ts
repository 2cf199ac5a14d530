import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { parseArgument } from '../base/index.js';
import type { Argument } from '../builder/index.js';

/** Collects `-p NAME=VALUE`, repeatable; the value is read from a file for `-p NAME=@FILE.json`. */
export function collectParameter(
  text: string,
  before: Readonly<Record<string, Argument>>,
): Readonly<Record<string, Argument>> {
  const found = /^([A-Za-z_]\w*)=(.+)$/.exec(text);
  if (!found)
    throw new InvalidArgumentError('must be NAME=VALUE, as in -p lanes=32 or -p weights=@weights.json.');
  const [, name, value] = found as unknown as [string, string, string];
  return { ...before, [name]: value.startsWith('@') ? listIn(value.slice(1)) : parseArgument(value) };
}

/** Adds a size to those given before: `NAME=48`. */
export function collectSize(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const found = /^(.+)=([1-9]\d{0,8})$/.exec(text);
  if (!found) throw new InvalidArgumentError('must be NAME=N, as in --size width=192.');
  return { ...before, [found[1]!]: Number(found[2]) };
}

/** The list of integers in a JSON file. */
function listIn(file: string): readonly number[] {
  const list = jsonIn(file);
  if (Array.isArray(list) && list.every((one) => Number.isSafeInteger(one))) return list as number[];
  throw new InvalidArgumentError(`${file} must hold a JSON list of integers, as [1, -2, 3].`);
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InvalidArgumentError(`cannot read a list from ${file}: ${(error as Error).message}`);
  }
}

/** An integer of at least `least` for an option. */
export function integerFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`must be an integer of at least ${least}.`);
    return value;
  };
}

/** A number of at least `least` for an option. */
export function numberFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < least)
      throw new InvalidArgumentError(`must be a number of at least ${least}.`);
    return value;
  };
}

/** Numbers with commas between them for an option. */
export function numbersFrom(text: string): readonly number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (values.every(Number.isFinite)) return values;
  throw new InvalidArgumentError('must be numbers with commas between them, as 0.001,0.01.');
}

/** Integers of at least `least`, with commas between them, for an option. */
export function integersFrom(least: number): (text: string) => readonly number[] {
  return (text) => {
    const values = numbersFrom(text);
    if (values.every((value) => Number.isSafeInteger(value) && value >= least)) return values;
    throw new InvalidArgumentError(`must be integers of at least ${least}, with commas between them.`);
  };
}

/** Words with commas between them for an option; commas in brackets, as in vsq(int(4), 16, uint(4)), part nothing. */
export function wordsFrom(text: string): readonly string[] {
  let depth = 0;
  const parted = [...text].map((sign) => {
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0;
    return sign === ',' && depth === 0 ? '\n' : sign;
  });
  return [
    ...new Set(
      parted
        .join('')
        .split('\n')
        .map((part) => part.trim()),
    ),
  ];
}

/** Rows and columns for an option, as 512x64. */
export function arrayFrom(text: string): readonly [rows: number, columns: number] {
  const [, rows, columns] = /^([1-9]\d{0,6})x([1-9]\d{0,6})$/.exec(text) ?? [];
  if (rows === undefined) throw new InvalidArgumentError('must be ROWSxCOLUMNS, as 512x64.');
  return [Number(rows), Number(columns)];
}

/** Where finished work is kept between runs: `BITLOOM_CACHE`, else the user's cache folder. */
export function cacheFolder(): string {
  return (
    process.env['BITLOOM_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'bitloom')
  );
}
