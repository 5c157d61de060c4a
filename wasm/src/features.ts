/** Detects WebAssembly features of the host by validating tiny modules. */

/** Returns a module with one function of type () -> v128 and the body `code`. */
function module(...code: number[]): Uint8Array<ArrayBuffer> {
  const body = [0, ...code, 0x0b];
  return new Uint8Array([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0, // magic, version
    1,
    5,
    1,
    0x60,
    0,
    1,
    0x7b, // type () -> v128
    3,
    2,
    1,
    0, // one function of it
    10,
    body.length + 2,
    1,
    body.length,
    ...body,
  ]);
}

const ZERO = [0x41, 0, 0xfd, 0x0f]; // i32.const 0, i8x16.splat

/** Tests i8x16.splat. */
export const hasSimd128 = (): boolean => WebAssembly.validate(module(...ZERO));

/** Tests i8x16.relaxed_swizzle. */
export const hasRelaxedSimd = (): boolean =>
  WebAssembly.validate(module(...ZERO, ...ZERO, 0xfd, 0x80, 0x02));
