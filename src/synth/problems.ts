import { fault, toolMissing, wholeFile, type Diagnostic, type Place } from '../base/index.js';

/** Every sentence about a fault in a library, a technology or a synthesis run stands here. */

export function libertySyntax(place: Place, found: string, wanted: string): Diagnostic {
  return fault('liberty-syntax', `this is not Liberty: found ${quote(found)}, expected ${wanted}`, { place });
}

export function notLiberty(file: string): Diagnostic {
  return fault('liberty-binary', `${file} is not a text file`, {
    place: wholeFile(file),
    hint: 'give the Liberty text (.lib); a packed file (.lib.gz) must be unpacked first',
  });
}

export function noLibrary(file: string): Diagnostic {
  return fault('liberty-empty', `${file} holds no \`library\` group`, { place: wholeFile(file) });
}

export function noCells(files: readonly string[]): Diagnostic {
  return fault(
    'liberty-no-cells',
    `${files.join(', ')}: no cell that logic can be mapped to, or no inverter among them`,
    {
      hint: 'a library that comes in several files must be given with all of them',
    },
  );
}

export function notJson(file: string, reason: string): Diagnostic {
  return fault('technology-json', `${file} is not JSON: ${reason}`, { place: wholeFile(file) });
}

/** `what` is the path of a value in the file, `must` what it has to do. */
export function technologyShape(file: string, what: string, must: string): Diagnostic {
  return fault('technology-shape', `${file}: ${what} must ${must}`, { place: wholeFile(file) });
}

/** Yosys' own complaint, with its place where it names one (`file.v:3: ERROR: …`). */
export function yosysFailed(log: string): Diagnostic {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const error = lines.findLast((line) => line.includes('ERROR:')) ?? lines.at(-1) ?? 'no output';
  const [, file, line, message] = /^(?:(\S+?):(\d+): )?ERROR: (.*)$/.exec(error) ?? [
    undefined,
    undefined,
    undefined,
    error,
  ];
  return fault('synthesis-failed', `Yosys: ${message}`, {
    place: file === undefined ? undefined : { file, line: Number(line), column: 1, length: 1 },
    hint: `its last lines were: ${lines.slice(-4).join(' / ')}`,
  });
}

export function yosysMissing(executable: string): Diagnostic {
  return fault(toolMissing, `there is no Yosys at ${executable}`, {
    hint: 'leave the path out: the WebAssembly build of Yosys comes with the package',
  });
}

export function noPlacer(tool: string, from: string): Diagnostic {
  return fault(toolMissing, `${tool} is not installed; it places and routes`, {
    hint: `install it, as by \`apt-get install ${from}\`, or leave out \`--place\``,
  });
}

/** The tool's own complaint. */
export function doesNotPlace(tool: string, device: string, log: string): Diagnostic {
  const errors = log.split('\n').filter((line) => line.startsWith('ERROR:'));
  const said = errors.map((line) => line.replace(/^ERROR: /, '').trim()).join(' ') || log.trim().slice(-300);
  return fault('placing-failed', `${tool} cannot place this on ${device}: ${said}`, {
    hint: 'a smaller design, or less of it; the registers around it take a cell for each bit that goes in and two for each that comes out',
  });
}

export function yosysStopped(): Diagnostic {
  return fault('synthesis-stopped', 'the synthesis was stopped');
}

/** The file names, and the top module's, that a synthesis script cannot take. */
export function badNames(files: readonly string[], top: string): Diagnostic[] {
  const bad = files.filter((name) => !/^[\w.-]+$/.test(name));
  return [...bad, ...(/^[A-Za-z_]\w*$/.test(top) ? [] : [top])].map(badName);
}

function badName(name: string): Diagnostic {
  return fault('synthesis-name', `\`${name}\` cannot be the name of a module or a file here`, {
    hint: 'modules are named by letters, digits and `_`, files by these and `.` and `-`, without a folder',
  });
}

export function unknownModule(name: string, hint: string): Diagnostic {
  return fault('netlist-module', `the netlist has no module \`${name}\``, { hint });
}

export function unknownCell(instance: string, type: string, technology: string): Diagnostic {
  return fault(
    'netlist-cell',
    `instance ${instance} is of type \`${type}\`, which technology ${technology} does not have`,
    {
      hint: 'the design instantiates a module that is not among its files, or uses what cannot be synthesised',
    },
  );
}

export function unknownPin(instance: string, type: string, pin: string): Diagnostic {
  return fault('netlist-pin', `instance ${instance}: cell ${type} has no pin ${pin}`);
}

export function notNetlist(reason: string): Diagnostic {
  return fault('netlist-json', `this is not a netlist that Yosys wrote: ${reason}`);
}

export function twoDrivers(net: string): Diagnostic {
  return fault('netlist-drivers', `net ${net} has two drivers`);
}

export function notOneClock(nets: readonly string[]): Diagnostic {
  return fault(
    'netlist-clock',
    `flip-flops are clocked by ${nets.join(', ')}; they must all be by one input port`,
    {
      hint: 'a falling edge, a gated clock and a second clock are not supported',
    },
  );
}

export function combinationalLoop(instances: readonly string[]): Diagnostic {
  return fault('combinational-loop', `a combinational loop runs through ${instances.join(', ')}`, {
    hint: 'break it with a register',
  });
}

function quote(text: string): string {
  return text.startsWith('the ') ? text : `\`${text}\``;
}
