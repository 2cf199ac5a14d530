import type { Reader } from 'protobufjs';
import { messages } from './schema.js';

/**
 * How many parts a file may have: fields, and 64-bit numbers in typed fields. Each takes a hundred times its size
 * when decoded, so that without a limit a small file could take all memory. Large networks have some ten thousand.
 */
export const mostParts = 2 ** 20;

type Fields = ReadonlyMap<number, string>;

const delimited = 2;

const fieldTypes: ReadonlyMap<string, Fields> = new Map(
  Object.entries(messages).map(([name, fields]) => {
    const types = Object.values(fields).map(([id, type]): [number, string] => [id, type.replace('*', '')]);
    return [name, new Map(types)];
  }),
);

/** Whether a model has more parts than are decoded. Throws where the bytes are no protocol buffers. */
export async function hasTooManyParts(bytes: Uint8Array): Promise<boolean> {
  const { Reader } = (await import('protobufjs/light.js')).default;
  return count(Reader.create(bytes), bytes.length, 'Model', 0) > mostParts;
}

/** `before` and the parts of the message that ends at `end`; counting stops beyond the limit. */
function count(reader: Reader, end: number, message: string, before: number): number {
  const types = fieldTypes.get(message)!;
  let parts = before;
  while (reader.pos < end && parts <= mostParts) {
    const tag = reader.uint32();
    const type = types.get(tag >>> 3);
    parts++;
    if ((tag & 7) !== delimited || type === undefined) {
      reader.skipType(tag & 7);
      continue;
    }
    const length = reader.uint32();
    const next = reader.pos + length;
    if (fieldTypes.has(type)) parts = count(reader, Math.min(next, end), type, parts);
    else if (type.endsWith('int64')) parts += length;
    reader.pos = next;
  }
  return parts;
}
