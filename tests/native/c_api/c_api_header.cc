// Compiled as C++17, on its own: the header needs nothing before it.
#include "native/c_api/tsugi.h"

int32_t StatusOfAnEmptyCall() { return tsugi_session_create(nullptr, nullptr); }
