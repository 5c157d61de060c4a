// In the place of XNNPACK's unrolled packing of f32 weights, 4 KB of code for what happens once at load.
// Links by name: the signatures are those of src/xnnpack/pack.h and packw.h, all of 32-bit words.
#include <stddef.h>

void xnn_pack_f32_gemm_goi_w(size_t g, size_t nc, size_t kc, size_t nr, size_t kr, size_t sr,
                             const void* kernel, const void* bias, const void* scale, void* packed,
                             size_t extra_bytes, const void* params);

void xnn_x32_packw_gemm_goi_ukernel_x8__wasmsimd_u4(size_t g, size_t nc, size_t kc, size_t nr,
                                                    size_t kr, size_t sr, const void* kernel,
                                                    const void* bias, const void* scale, void* packed,
                                                    size_t extra_bytes, const void* params) {
  xnn_pack_f32_gemm_goi_w(g, nc, kc, nr, kr, sr, kernel, bias, scale, packed, extra_bytes, params);
}

void xnn_x32_packw_gemm_goi_ukernel_x2c4__wasmsimd_u4(size_t g, size_t nc, size_t kc, size_t nr,
                                                      size_t kr, size_t sr, const void* kernel,
                                                      const void* bias, const void* scale,
                                                      void* packed, size_t extra_bytes,
                                                      const void* params) {
  xnn_pack_f32_gemm_goi_w(g, nc, kc, nr, kr, sr, kernel, bias, scale, packed, extra_bytes, params);
}
