import { success, type Result } from '../../base/index.js';
import type { Attribute } from '../network.js';
import { attributeTypes, type Draft } from './schema.js';
import { readTensor, writeTensor } from './tensors.js';

type AttributeMessage = Draft<'Attribute'>;

/** An AttributeProto as a value. Kinds that are not read become `other`. */
export function readAttribute(message: AttributeMessage, owner: string): Result<Attribute> {
  // Absent bytes are decoded to an empty plain array.
  const text = (bytes: Uint8Array | undefined): string =>
    new TextDecoder().decode(Uint8Array.from(bytes ?? []));
  switch (message.type || impliedType(message)) {
    case attributeTypes.float:
      return success({ kind: 'float', value: message.f ?? 0 });
    case attributeTypes.int:
      return success({ kind: 'int', value: Number(message.i ?? 0) });
    case attributeTypes.string:
      return success({ kind: 'string', value: text(message.s) });
    case attributeTypes.floats:
      return success({ kind: 'floats', value: message.floats ?? [] });
    case attributeTypes.ints:
      return success({ kind: 'ints', value: (message.ints ?? []).map(Number) });
    case attributeTypes.strings:
      return success({ kind: 'strings', value: (message.strings ?? []).map(text) });
    case attributeTypes.tensor:
      return tensorAttribute(message, owner);
    default:
      return success({ kind: 'other', value: `attribute type ${message.type ?? 0}` });
  }
}

/** An attribute as an AttributeProto; `other` cannot be written, and only its name remains. */
export function writeAttribute(name: string, attribute: Attribute): AttributeMessage {
  const type = attribute.kind === 'other' ? 0 : attributeTypes[attribute.kind];
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  switch (attribute.kind) {
    case 'float':
      return { name, type, f: attribute.value };
    case 'int':
      return { name, type, i: attribute.value };
    case 'string':
      return { name, type, s: bytes(attribute.value) };
    case 'floats':
      return { name, type, floats: attribute.value };
    case 'ints':
      return { name, type, ints: attribute.value };
    case 'strings':
      return { name, type, strings: attribute.value.map(bytes) };
    case 'tensor':
      return { name, type, t: writeTensor(attribute.value, name) };
    case 'other':
      return { name };
  }
}

function tensorAttribute(message: AttributeMessage, owner: string): Result<Attribute> {
  const tensor = readTensor(message.t ?? {}, `${owner}.${message.name ?? ''}`);
  return tensor.ok ? success({ kind: 'tensor', value: tensor.value }) : tensor;
}

/** Files before IR version 2 name no type; the field that is there tells it. */
function impliedType(message: AttributeMessage): number {
  const there = (field: keyof AttributeMessage): boolean => Object.hasOwn(message, field);
  if (there('f')) return attributeTypes.float;
  if (there('i')) return attributeTypes.int;
  if (there('s')) return attributeTypes.string;
  if (there('t')) return attributeTypes.tensor;
  if (there('floats')) return attributeTypes.floats;
  if (there('ints')) return attributeTypes.ints;
  return there('strings') ? attributeTypes.strings : 0;
}
