# Writes FILE, which defines the commit of the checkout SOURCE, if that is not yet what it holds.
find_program(git git)
set(commit unknown)
if(git)
  # The folder may belong to another user than the one who builds.
  execute_process(COMMAND ${git} -c safe.directory=* -C "${SOURCE}" describe --always --dirty --exclude=* --abbrev=12
    OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(commit "${found}")
  endif()
endif()
file(CONFIGURE OUTPUT "${FILE}" CONTENT [[
#include "native/studies/study.h"

namespace tsugi {

const char* BuildCommit() { return "@commit@"; }

}  // namespace tsugi
]] @ONLY)
