export { cacheFolder } from './folder.js';
export { keyOf } from './key.js';
export { clear, prune, usage, type Usage } from './limit.js';
export { getBytes, getJson, openStore, putBytes, putJson, remembered, type Store } from './store.js';
