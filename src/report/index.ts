export type { Report, Section, Table } from './model.js';
export * from './render.js';
export * from './sections.js';
