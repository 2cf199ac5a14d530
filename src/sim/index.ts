export * from './interpreter.js';
