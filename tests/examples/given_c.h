/* What an example in C may use without saying so, and how it is run: it borrows a golden model. */
#ifndef TSUGI_TESTS_EXAMPLES_GIVEN_C_H_
#define TSUGI_TESTS_EXAMPLES_GIVEN_C_H_

#include <stdio.h>
#include <stdlib.h>

#include "native/c_api/tsugi.h"

typedef struct Example {
  const char* name;
  void (*run)(void);
} Example;

static int32_t Checked(int32_t status, const char* call) {
  if (status != TSUGI_OK) {
    printf("%s: %s\n", call, tsugi_last_error());
    exit(1);
  }
  return status;
}

/* An example ends with a list in `items`, `scores` and `count`. */
static void PrintList(int32_t count, const int32_t* items, const float* scores) {
  if (count < 1) exit(1);
  printf("1 of %d: item %d %.2f\n", (int)count, (int)items[0], scores[0]);
}

/* In the working folder, where model.tsugi lies. */
static int RunExamples(int argc, char** argv, const Example* examples, int count) {
  int i;
  if (argc != 1) return fprintf(stderr, "usage: %s\n", argv[0]);
  for (i = 0; i < count; ++i) {
    printf("%s ", examples[i].name);
    examples[i].run();
  }
  return 0;
}

#endif /* TSUGI_TESTS_EXAMPLES_GIVEN_C_H_ */
