/** The module that the processes of a pool run. */
export const workerModule = new URL('./explore-worker.js', import.meta.url);
