import type { Module } from '../ir/index.js';
import type { AxisBus } from './axis.js';
import type { PortEntry } from './manifest.js';
import { axisPorts } from './ports.js';
import { element, printXml, type Element } from './xml.js';

/** What an IP-XACT component describes. */
export interface Component {
  readonly top: Module;
  readonly buses: readonly AxisBus[];
  readonly ports: readonly PortEntry[];
  /** The Verilog files, each after those it needs. */
  readonly files: readonly string[];
  readonly version: string;
}

const schema = 'http://www.accellera.org/XMLSchema/IPXACT/1685-2014';

/**
 * A component of IEEE 1685-2014: the AXI4-Stream interfaces by Arm's bus definitions (`amba.com`, AXI4Stream r0p0_1), the
 * ports, the Verilog files and the constraints.
 */
export function ipXact({ top, buses, ports, files, version }: Component): string {
  const root = ip(
    'component',
    [
      ip('vendor', 'bitloom'),
      ip('library', 'datapaths'),
      ip('name', top.name),
      ip('version', version),
      ip('busInterfaces', buses.map(busInterface)),
      model(top, ports),
      ip('fileSets', fileSets(top, files)),
      ip('description', top.about),
      ip('parameters', buses.map(tdataBytes)),
    ],
    {
      'xmlns:ipxact': schema,
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:schemaLocation': `${schema} ${schema}/index.xsd`,
    },
  );
  return printXml(root);
}

function ip(name: string, inside: string | readonly Element[], attributes: Record<string, string> = {}) {
  return element(`ipxact:${name}`, inside, attributes);
}

function amba(name: string): Record<string, string> {
  return { vendor: 'amba.com', library: 'AMBA4', name, version: 'r0p0_1' };
}

function busInterface(bus: AxisBus): Element {
  const signals = [
    'TVALID',
    'TREADY',
    'TDATA',
    ...(bus.direction === 'out' ? ['TKEEP'] : []),
    ...(bus.tlast === undefined ? [] : ['TLAST']),
  ];
  const maps = [
    portMap('ACLK', axisPorts.clock),
    portMap('ARESETn', axisPorts.reset),
    ...signals.map((signal) => portMap(signal, `${bus.name}_${signal.toLowerCase()}`)),
  ];
  const type = [ip('abstractionRef', [], amba('AXI4Stream_rtl')), ip('portMaps', maps)];
  return ip('busInterface', [
    ip('name', bus.name),
    ip('description', `The words of the stream ${bus.stream}.`),
    ip('busType', [], amba('AXI4Stream')),
    ip('abstractionTypes', [ip('abstractionType', type)]),
    ip(bus.direction === 'in' ? 'slave' : 'master', []),
  ]);
}

function portMap(logical: string, physical: string): Element {
  return ip('portMap', [
    ip('logicalPort', [ip('name', logical)]),
    ip('physicalPort', [ip('name', physical)]),
  ]);
}

function model(top: Module, ports: readonly PortEntry[]): Element {
  const view = [
    ip('name', 'rtl'),
    ip('envIdentifier', 'verilogSource:*:'),
    ip('componentInstantiationRef', 'verilog'),
  ];
  const instantiation = [
    ip('name', 'verilog'),
    ip('language', 'verilog'),
    ip('moduleName', top.name),
    ip('fileSetRef', [ip('localName', 'verilog')]),
    ip('fileSetRef', [ip('localName', 'constraints')]),
  ];
  return ip('model', [
    ip('views', [ip('view', view)]),
    ip('instantiations', [ip('componentInstantiation', instantiation)]),
    ip('ports', [
      wirePort(axisPorts.clock, 'in', 1),
      wirePort(axisPorts.reset, 'in', 1),
      ...ports.map((port) => wirePort(port.verilog, port.direction === 'input' ? 'in' : 'out', port.width)),
    ]),
  ]);
}

function wirePort(name: string, direction: 'in' | 'out', width: number): Element {
  const range = [ip('left', String(width - 1)), ip('right', '0')];
  return ip('port', [
    ip('name', name),
    ip('wire', [ip('direction', direction), ...(width === 1 ? [] : [ip('vectors', [ip('vector', range)])])]),
  ]);
}

function fileSets(top: Module, files: readonly string[]): Element[] {
  const file = (name: string, type: string): Element => ip('file', [ip('name', name), ip('fileType', type)]);
  const constraints = ip('file', [ip('name', `${top.name}.sdc`), ip('fileType', 'user', { user: 'SDC' })]);
  return [
    ip('fileSet', [ip('name', 'verilog'), ...files.map((name) => file(name, 'verilogSource'))]),
    ip('fileSet', [ip('name', 'constraints'), constraints]),
  ];
}

function tdataBytes({ name, tdataBits }: AxisBus): Element {
  const id = `${name}_tdata_num_bytes`;
  return ip('parameter', [ip('name', id.toUpperCase()), ip('value', String(tdataBits / 8))], {
    parameterId: id,
    type: 'int',
    resolve: 'immediate',
  });
}
