import type { Diagnostic } from '../../base/index.js';
import type { Attribute, Node } from '../network.js';
import { attributeKind, attributeValue, unknownAttribute } from '../problems.js';

/** What an attribute must be: its kind, and the values that run here if not all do. */
export interface AttributeRule {
  readonly kind: Attribute['kind'];
  readonly only?: readonly (string | number)[];
}

/** The attributes of an operator by name. */
export type AttributeRules = Readonly<Record<string, AttributeRule>>;

export const int: AttributeRule = { kind: 'int' };
export const ints: AttributeRule = { kind: 'ints' };
export const float: AttributeRule = { kind: 'float' };
export const floats: AttributeRule = { kind: 'floats' };
export const text: AttributeRule = { kind: 'string' };
export const tensor: AttributeRule = { kind: 'tensor' };

/** A text or a whole number of which only these values run. */
export function only(...values: readonly (string | number)[]): AttributeRule {
  return { kind: typeof values[0] === 'string' ? 'string' : 'int', only: values };
}

/** Faults of a node's attributes: unknown ones, those of another kind, and values that do not run here. */
export function attributeFaults(node: Node, rules: AttributeRules): Diagnostic[] {
  return [...node.attributes].flatMap(([name, attribute]): Diagnostic[] => {
    if (!Object.hasOwn(rules, name)) return [unknownAttribute(node, name, Object.keys(rules))];
    const rule = rules[name]!;
    if (!suits(attribute, rule)) return [attributeKind(node, name, rule.kind, attribute.kind)];
    const value = attribute.value as string | number;
    return rule.only && !rule.only.includes(value) ? [attributeValue(node, name, value, rule.only)] : [];
  });
}

/** A whole number serves as a real one, and an empty list may have lost its type. */
function suits({ kind, value }: Attribute, rule: AttributeRule): boolean {
  if (kind === rule.kind || (rule.kind === 'float' && kind === 'int')) return true;
  const lists: readonly string[] = ['ints', 'floats', 'strings'];
  return lists.includes(kind) && lists.includes(rule.kind) && Array.isArray(value) && value.length === 0;
}
