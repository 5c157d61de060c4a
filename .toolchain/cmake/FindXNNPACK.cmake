# Finds XNNPACK and pthreadpool, for which Debian ships neither a CMake config nor a pkg-config file.
# Defines XNNPACK::XNNPACK. Both must be the shared libraries that LibTorch links itself: a process
# never holds two copies.
if(EMSCRIPTEN)  # built from source, because Debian has it for its own processors only
  include("${PROJECT_SOURCE_DIR}/wasm/xnnpack/xnnpack.cmake")
  set(XNNPACK_FOUND TRUE)
  return()
endif()
find_path(XNNPACK_INCLUDE_DIR xnnpack.h)
find_library(XNNPACK_LIBRARY XNNPACK)
find_library(XNNPACK_PTHREADPOOL_LIBRARY pthreadpool)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(XNNPACK
  REQUIRED_VARS XNNPACK_LIBRARY XNNPACK_PTHREADPOOL_LIBRARY XNNPACK_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "install libxnnpack-dev, or configure with -DTSUGI_REFERENCE_ONLY=ON")

if(XNNPACK_FOUND AND NOT TARGET XNNPACK::XNNPACK)
  add_library(XNNPACK::XNNPACK UNKNOWN IMPORTED)
  set_target_properties(XNNPACK::XNNPACK PROPERTIES
    IMPORTED_LOCATION "${XNNPACK_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${XNNPACK_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "${XNNPACK_PTHREADPOOL_LIBRARY}")
endif()
mark_as_advanced(XNNPACK_INCLUDE_DIR XNNPACK_LIBRARY XNNPACK_PTHREADPOOL_LIBRARY)
