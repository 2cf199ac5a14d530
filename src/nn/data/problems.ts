import { fault, suggest, wholeFile, type Diagnostic } from '../../base/index.js';

export function unknownDataSet(name: string, known: readonly string[]): Diagnostic {
  const hint = `${suggest(name, known)}; or give a folder of PNG and JPEG, X.npy,y.npy or FILE.csv`;
  return fault('nn-data-unknown', `there is no data set \`${name}\``, { hint });
}

export function noData(path: string): Diagnostic {
  return fault('nn-data-missing', `there is no ${path}`);
}

export function onePair(given: string): Diagnostic {
  return fault('nn-data-kind', `${given} is no set of labelled images`, {
    hint: 'give a folder with a folder of PNG and JPEG files for each class, IMAGES.npy,CLASSES.npy, or FILE.csv',
  });
}

export function foldersOfClasses(folder: string, names: readonly string[], classes: number): Diagnostic {
  const shown = names.slice(0, 12).join(', ') + (names.length > 12 ? ', …' : '');
  const hint = `make a folder for each of the ${classes} classes of the network, named in the order of its scores`;
  const message = `${folder} has folders of ${names.length} classes${shown && ` (${shown})`}, and the network has ${classes}`;
  return fault('nn-data-classes', message, { hint });
}

export function noPictureNetwork(shape: readonly number[], classes: number): Diagnostic {
  const message = `the network reads [${shape.join(', ')}] and has ${classes} classes`;
  return fault('nn-data-network', message, {
    hint: 'images are for networks that read [channels, height, width] and have at most 256 classes',
  });
}

export function noOwnImages(name: string): Diagnostic {
  return fault('nn-data-network', `${name} holds no images`);
}

export function calibratedOnTests(name: string, isFolder: boolean): Diagnostic {
  return {
    severity: 'warning',
    code: 'nn-data-calibration',
    message: `${name} has no training images of its own, so ranges of activations come from the images that are tested`,
    ...(isFolder && { hint: 'the folder may have folders `train` and `test`, each with the classes below' }),
  };
}

export function dataPackageMissing(name: string, npm: string): Diagnostic {
  return fault('tool-missing', `the data set \`${name}\` is not installed`, { hint: `npm install ${npm}` });
}

export function damagedData(path: string, why: string): Diagnostic {
  return fault('nn-data-damaged', `cannot read the data file: ${why}`, { place: wholeFile(path) });
}

export function damagedLine(path: string, line: number, why: string): Diagnostic {
  const place = { ...wholeFile(path), line };
  return fault('nn-data-damaged', `cannot read this image: ${why}`, { place });
}

export function cacheNotWritten(folder: string, why: string): Diagnostic {
  return fault('nn-data-cache', `cannot keep the images in ${folder}: ${why}`, {
    hint: 'set BITLOOM_CACHE to a folder that can be written to',
  });
}

export function noSuchImages(name: string, split: string, size: number, at: number): Diagnostic {
  const hint = `positions are whole numbers from 0 to ${size - 1}, in rising order`;
  return fault(
    'nn-data-range',
    `\`${name}\` ${split} has ${size} images, and ${at} is not one of them or not in order`,
    {
      hint,
    },
  );
}
