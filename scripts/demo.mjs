// Sets up a fresh clone and shows the whole way from a datapath file to a network's accuracy.
import { setUp } from './setup.mjs';

setUp();
const { demo } = await import('../dist/cli/demo.js');
process.exitCode = await demo();
