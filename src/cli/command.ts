/**
 * What a command does with its operand (a file or a name, where it takes one) and its options.
 *
 * @returns the exit code
 */
export type Run<Options> = (operand: string | undefined, options: Options) => Promise<number>;
