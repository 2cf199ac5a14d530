/** Ends a `switch` over a closed union: the compiler rejects the call while a case is missing. */
export function unreachable(never: never): never {
  throw new Error(`unreachable: ${JSON.stringify(never)}`);
}
