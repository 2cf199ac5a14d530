import { describe, expect, it } from 'vitest';
import { element, printXml } from '../../src/emit/xml.js';
import { wrapAxis } from '../../src/flow/index.js';
import { built, texts } from '../cosim/designs.js';

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
  text: string;
}

/** Reads the elements of a well-formed document; throws where tags do not match or characters are not escaped. */
function parse(xml: string): Node {
  const root: Node = { name: '', attributes: {}, children: [], text: '' };
  const stack = [root];
  const token =
    /<\?[^>]*\?>|<(\/?)([\w:]+)((?:\s+[\w:]+="[^"<&]*(?:&\w+;[^"<&]*)*")*)\s*(\/?)>|([^<>&]|&(?:amp|lt|gt|quot);)+/gy;
  let at = 0;
  for (let found = token.exec(xml); found; found = token.exec(xml)) {
    at = token.lastIndex;
    const [all, close, name, given, empty] = found;
    const here = stack.at(-1)!;
    if (name === undefined) {
      if (!all.startsWith('<?')) here.text += all;
    } else if (close) {
      if (here.name !== name) throw new Error(`</${name}> closes <${here.name}>`);
      stack.pop();
    } else {
      const pairs = [...given!.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]);
      const node: Node = { name, attributes: Object.fromEntries(pairs), children: [], text: '' };
      here.children.push(node);
      if (!empty) stack.push(node);
    }
  }
  if (at !== xml.length || stack.length !== 1) throw new Error(`not well-formed at ${at}`);
  return root.children[0]!;
}

/** What may stand in an element and in which order, by the schema of IEEE 1685-2014; `*` for any number. */
const sequences: Readonly<Record<string, readonly string[]>> = {
  component: 'vendor library name version busInterfaces model fileSets description parameters'.split(' '),
  busInterfaces: ['busInterface*'],
  busInterface: 'name description busType abstractionTypes slave master'.split(' '),
  abstractionTypes: ['abstractionType*'],
  abstractionType: ['abstractionRef', 'portMaps'],
  portMaps: ['portMap*'],
  portMap: ['logicalPort', 'physicalPort'],
  logicalPort: ['name'],
  physicalPort: ['name'],
  model: ['views', 'instantiations', 'ports'],
  views: ['view*'],
  view: ['name', 'envIdentifier', 'componentInstantiationRef'],
  instantiations: ['componentInstantiation*'],
  componentInstantiation: ['name', 'language', 'moduleName', 'fileSetRef*'],
  fileSetRef: ['localName'],
  ports: ['port*'],
  port: ['name', 'wire'],
  wire: ['direction', 'vectors'],
  vectors: ['vector*'],
  vector: ['left', 'right'],
  fileSets: ['fileSet*'],
  fileSet: ['name', 'file*'],
  file: ['name', 'fileType'],
  parameters: ['parameter*'],
  parameter: ['name', 'value'],
};

function checkOrder(node: Node): void {
  const due = sequences[node.name.replace('ipxact:', '')] ?? [];
  let at = 0;
  for (const child of node.children) {
    const name = child.name.replace('ipxact:', '');
    while (at < due.length && due[at]!.replace('*', '') !== name) at++;
    expect(at, `${name} in ${node.name}`).toBeLessThan(due.length);
    if (!due[at]!.endsWith('*')) at++;
    checkOrder(child);
  }
}

function all(node: Node, name: string): Node[] {
  return [
    ...(node.name === `ipxact:${name}` ? [node] : []),
    ...node.children.flatMap((child) => all(child, name)),
  ];
}

function textOf(node: Node, path: string): string {
  const found = path
    .split('/')
    .reduce<Node | undefined>(
      (here, name) => here?.children.find((one) => one.name === `ipxact:${name}`),
      node,
    );
  return found?.text ?? '';
}

describe.each(['pipelined', 'sums', 'joined'] as const)('the IP-XACT description of %s', (name) => {
  const made = wrapAxis(built(texts[name]));
  if (!made.ok) throw new Error('no wrapper');
  const { emitted, axis } = made.value;
  const root = parse(emitted.others.find((file) => file.name === 'component.xml')!.text);

  it('is a component whose elements stand in the order of the schema', () => {
    expect(root.name).toBe('ipxact:component');
    expect(root.attributes['xmlns:ipxact']).toBe('http://www.accellera.org/XMLSchema/IPXACT/1685-2014');
    checkOrder(root);
    const vlnv = ['vendor', 'library', 'name', 'version'].map((part) => textOf(root, part));
    expect(vlnv).toEqual(['bitloom', 'datapaths', `${name}_axis`, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
  });

  it('has every port of the Verilog, with its width and direction', () => {
    const verilog = emitted.verilog.find((file) => file.name === `${name}_axis.v`)!.text;
    const declared = [...verilog.matchAll(/^ {2}(input|output) wire (?:\[(\d+):0\] )?(\w+)/gm)].map(
      ([, direction, high, port]) => [port, direction === 'input' ? 'in' : 'out', high ?? ''],
    );
    const described = all(root, 'port').map((port) => [
      textOf(port, 'name'),
      textOf(port, 'wire/direction'),
      textOf(port, 'wire/vectors/vector/left'),
    ]);
    expect(described).toEqual(declared);
  });

  it('maps logical ports to ports that are there, each bus in its direction', () => {
    const ports = all(root, 'port').map((port) => textOf(port, 'name'));
    const buses = all(root, 'busInterface');
    expect(buses.map((bus) => textOf(bus, 'name'))).toEqual(axis!.buses.map((bus) => bus.name));
    for (const bus of buses) {
      const maps = all(bus, 'portMap').map((map) => [
        textOf(map, 'logicalPort/name'),
        textOf(map, 'physicalPort/name'),
      ]);
      for (const [, physical] of maps) expect(ports).toContain(physical);
      expect(maps.map(([logical]) => logical)).toEqual(
        expect.arrayContaining(['ACLK', 'ARESETn', 'TVALID', 'TREADY', 'TDATA']),
      );
      const mode = textOf(bus, 'name').startsWith('s_') ? 'slave' : 'master';
      expect(all(bus, mode).length).toBe(1);
    }
  });

  it('refers to file sets that are there, whose files are written', () => {
    const sets = all(root, 'fileSet').map((set) => textOf(set, 'name'));
    for (const reference of all(root, 'fileSetRef')) expect(sets).toContain(textOf(reference, 'localName'));
    const written = [...emitted.verilog, ...emitted.others].map((file) => file.name);
    for (const file of all(root, 'file')) expect(written).toContain(textOf(file, 'name'));
  });
});

describe('XML', () => {
  it('escapes what means something, and leaves out what cannot be said', () => {
    const text = printXml(element('a', 'x < y & "z" \u0001>', { key: '"<&>"' }));
    const node = parse(text);
    expect(node.text).toBe('x &lt; y &amp; &quot;z&quot; &gt;');
    expect(node.attributes['key']).toBe('&quot;&lt;&amp;&gt;&quot;');
  });
});
