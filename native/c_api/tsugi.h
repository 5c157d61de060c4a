/* tsugi: next-item recommendations on the user's own device. The C ABI, which apps link and which
 * the WebAssembly build exports; JavaScript is one more client of this header.
 *
 *   tsugi_recommender* recommender;
 *   tsugi_session* session;
 *   tsugi_recommend_options options;
 *   int32_t items[10], count, mug;
 *   float scores[10];
 *   tsugi_recommender_open("model.tsugi", &recommender);
 *   tsugi_session_create(recommender, &session);
 *   tsugi_recommender_find_item(recommender, "B00-1", 5, &mug);
 *   tsugi_session_push(session, &mug, NULL, NULL, NULL, 1, NULL);
 *   tsugi_options_init(TSUGI_RECOMMEND, &options);
 *   tsugi_session_recommend(session, &options, items, scores, &count);
 *   tsugi_session_destroy(session);
 *   tsugi_recommender_destroy(recommender);
 *
 * Conventions
 *  1. Fallible functions return a status: TSUGI_OK (0) or a code below. Results go through the
 *     trailing pointers, which are untouched on error unless the function says otherwise. The text
 *     of the calling thread's last error is tsugi_last_error(). A null pointer where the function
 *     does not allow one is TSUGI_INVALID_ARGUMENT.
 *  2. Handles are opaque. create/open and destroy come in pairs; destroy accepts NULL. A session
 *     must be destroyed before its recommender.
 *  3. Items are item_index, 0 .. N - 1, the order of TSUGI_ITEM_IDS; items that are added follow.
 *     Counts are elements, not bytes, unless the name ends in _bytes. Strings are UTF-8, given as
 *     pointer and length; returned ones are not zero-terminated.
 *  4. Options structs are filled by their _init function first, which sets struct_size and every
 *     default. Fields are only ever appended.
 *  5. Memory passed in is borrowed for the call. Memory handed out belongs to the handle it came
 *     from.
 *  6. A recommender and its sessions belong to one thread at a time. For several threads open one
 *     recommender each.
 *  7. Nothing throws, prints, exits or reaches for the network. Times are unix seconds.
 */
#ifndef TSUGI_NATIVE_C_API_TSUGI_H_
#define TSUGI_NATIVE_C_API_TSUGI_H_

#include <stddef.h>
#include <stdint.h>

#if defined(__EMSCRIPTEN__)
#define TSUGI_API __attribute__((used, visibility("default")))
#elif defined(_WIN32)
#define TSUGI_API
#else
#define TSUGI_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Status codes; the numbers are stable. */
enum {
  TSUGI_OK = 0,
  TSUGI_INVALID_ARGUMENT = 10, /* a value that can never be right */
  TSUGI_OUT_OF_RANGE = 20,     /* an index or size beyond what the model holds */
  TSUGI_NOT_FOUND = 30,        /* no such file, item or part */
  TSUGI_UNSUPPORTED = 40,      /* the model lacks the part, or the machine the instructions */
  TSUGI_CORRUPT_MODEL = 50,    /* damaged or hostile bytes */
  TSUGI_VERSION_TOO_NEW = 60,  /* made by a newer tsugi */
  TSUGI_OUT_OF_MEMORY = 70,
  TSUGI_INTERNAL = 90 /* a defect of tsugi */
};

typedef struct tsugi_buffer tsugi_buffer;
typedef struct tsugi_recommender tsugi_recommender;
typedef struct tsugi_session tsugi_session;

/* "0.1.0". */
TSUGI_API const char* tsugi_version(void);
/* "ok", "invalid_argument", ...; "unknown" for other numbers. */
TSUGI_API const char* tsugi_status_name(int32_t status);
/* What went wrong in the calling thread's last failed call, and what to do; zero-terminated, valid
 * until its next failed call. "" if none failed yet. */
TSUGI_API const char* tsugi_last_error(void);

/* Model bytes, aligned and padded as the engine reads them: stream a download straight into it.
 *
 * Grows *buffer (created when *buffer is NULL) to at least size_bytes, keeping what it holds, and
 * points *data at its first byte; the pointer is valid until the next call. New bytes are 0. On
 * error the buffer is as it was.
 * TSUGI_OUT_OF_MEMORY. */
TSUGI_API int32_t tsugi_buffer_reserve(tsugi_buffer** buffer, size_t size_bytes, uint8_t** data);
TSUGI_API void tsugi_buffer_destroy(tsugi_buffer* buffer);

/* Checks the first size_bytes of the buffer as a .tsugi file and makes the engine for it. Takes the
 * buffer, also on error.
 * TSUGI_CORRUPT_MODEL with the path of the damaged field; TSUGI_VERSION_TOO_NEW;
 * TSUGI_OUT_OF_MEMORY; TSUGI_OUT_OF_RANGE if the buffer is shorter than size_bytes. */
TSUGI_API int32_t tsugi_recommender_create(tsugi_buffer* buffer, size_t size_bytes,
                                           tsugi_recommender** recommender);
#ifndef __EMSCRIPTEN__
/* The same from a file. path is zero-terminated. TSUGI_NOT_FOUND if it can not be read. */
TSUGI_API int32_t tsugi_recommender_open(const char* path, tsugi_recommender** recommender);
#endif
TSUGI_API void tsugi_recommender_destroy(tsugi_recommender* recommender);

/* Writes a JSON object: items, window, width, layers, capabilities (names of the parts the file
 * holds), engine (code path), format_version, model_bytes, provenance. out [capacity] char, not
 * zero-terminated; *size_bytes gets the length in any case, so a call with capacity 0 (out may be
 * NULL then) asks for it.
 * TSUGI_OUT_OF_RANGE if it does not fit. */
TSUGI_API int32_t tsugi_recommender_describe(const tsugi_recommender* recommender, char* out,
                                             size_t capacity, size_t* size_bytes);

/* String tables of a model. */
enum {
  TSUGI_ITEM_IDS = 0,        /* [N] the caller's ids, in item_index order; or empty: ids are decimal
                                item indices */
  TSUGI_ITEM_TITLES = 1,     /* [N] or empty */
  TSUGI_ATTRIBUTE_NAMES = 2, /* [A] "field=value", e.g. "genres=Drama", by field, then value; or
                                empty */
  TSUGI_INTENT_LABELS = 3,   /* [P] "family=label", e.g. "action=discover", family by family; or
                                empty: the model predicts no intents */
  /* Of the items that were added: item N + i is string i. Valid until the next item is added. */
  TSUGI_ADDED_IDS = 4,
  TSUGI_ADDED_TITLES = 5,
  TSUGI_ADDED_ATTRIBUTES = 6, /* a line per attribute, as given */
  /* Of all items, those that were added too: the four codes of each, two hexadecimal digits a code;
     or empty: the model has no semantic ids. Items that begin alike are alike. Valid as above. */
  TSUGI_SEMANTIC_IDS = 7,
  TSUGI_ACTION_NAMES = 8 /* what events can be; or empty: the model does not read it */
};
/* String i of a table is text[offsets[i] .. offsets[i + 1]); offsets [count + 1]. An empty table
 * has count 0 and NULL pointers. */
TSUGI_API int32_t tsugi_recommender_strings(const tsugi_recommender* recommender, int32_t table,
                                            const uint64_t** offsets, const char** text,
                                            int32_t* count);
/* Attributes of item i are attributes[offsets[i] .. offsets[i + 1]), ascending indices into
 * TSUGI_ATTRIBUTE_NAMES. offsets [N + 1]; both NULL if the model has none. */
TSUGI_API int32_t tsugi_recommender_attributes(const tsugi_recommender* recommender,
                                               const uint32_t** offsets,
                                               const uint32_t** attributes);
/* The item of an id; of equal ids the first. The first call makes an index of 8 bytes per item.
 * TSUGI_NOT_FOUND; TSUGI_OUT_OF_MEMORY. */
TSUGI_API int32_t tsugi_recommender_find_item(const tsugi_recommender* recommender, const char* id,
                                              size_t id_bytes, int32_t* item);

/* Adds an item to the catalogue, for all sessions of the recommender, from what it says of itself,
 * without training: it is ranked, filtered and pushed like any other from then on. title may be
 * NULL. attributes: lines "field=value", e.g. "genres=Drama\nyear=1999", or NULL. Words and values
 * that training did not see say nothing. *item (may be NULL) gets its item_index, N + the number of
 * items added before. Takes microseconds. A saved session brings the items that were added along.
 * TSUGI_INVALID_ARGUMENT: an empty id, or one that the catalogue has; an attribute without "=".
 * TSUGI_UNSUPPORTED if the model has no semantic tower ("add_items" in the capabilities);
 * TSUGI_OUT_OF_MEMORY. Nothing is added then. */
TSUGI_API int32_t tsugi_recommender_add_item(tsugi_recommender* recommender, const char* id,
                                             size_t id_bytes, const char* title, size_t title_bytes,
                                             const char* attributes, size_t attributes_bytes,
                                             int32_t* item);

/* A fresh, empty session: one visitor. */
TSUGI_API int32_t tsugi_session_create(tsugi_recommender* recommender, tsugi_session** session);
TSUGI_API void tsugi_session_destroy(tsugi_session* session);

/* Appends events, oldest first, and encodes them. items [count]; times_s [count] or NULL (unknown;
 * 0 = unknown); a time before its predecessor's counts as no time passed. What else is known of
 * them is kept, and read by models that were trained on it: actions [count] or NULL, 1 + the place
 * in TSUGI_ACTION_NAMES, 0 or beyond them = unknown; values [count] or NULL, what the log measures
 * (seconds watched, a rating), NaN = unknown. *event_count (may be NULL) gets the number of events
 * held.
 * All or nothing: TSUGI_OUT_OF_RANGE for an item outside the catalogue; TSUGI_INVALID_ARGUMENT for
 * a time that is not finite or beyond +-2^53, an action below 0, or count < 0. */
TSUGI_API int32_t tsugi_session_push(tsugi_session* session, const int32_t* items,
                                     const double* times_s, const int32_t* actions,
                                     const float* values, int32_t count, int32_t* event_count);

/* Forgets the last `count` events; the state is then, to the bit, as before they were pushed.
 * *event_count (may be NULL) gets the number of events held.
 * TSUGI_INVALID_ARGUMENT: count < 0; TSUGI_OUT_OF_RANGE if fewer are held. */
TSUGI_API int32_t tsugi_session_rollback(tsugi_session* session, int32_t count,
                                         int32_t* event_count);

/* Writes the session as portable bytes: its events and the model's fingerprint. out [capacity];
 * *size_bytes gets the length in any case, so a call with capacity 0 (out may be NULL then) asks
 * for it. TSUGI_OUT_OF_RANGE if it does not fit. */
TSUGI_API int32_t tsugi_session_save(const tsugi_session* session, uint8_t* out, size_t capacity,
                                     size_t* size_bytes);
/* Replaces the session by a saved one. *event_count (may be NULL) gets the number of events held.
 * The session is unchanged on TSUGI_CORRUPT_MODEL (damaged bytes), TSUGI_VERSION_TOO_NEW and
 * TSUGI_INVALID_ARGUMENT (saved with another model). */
TSUGI_API int32_t tsugi_session_restore(tsugi_session* session, const uint8_t* bytes,
                                        size_t size_bytes, int32_t* event_count);

/* What the model takes the visitor to be here for: *probabilities [P] that the next event has each
 * label of TSUGI_INTENT_LABELS, those of a family sum to 1; *weights [M] of the M families in their
 * order, sum 1: how much each counts for the list. *label_count gets P, *family_count M. Both are 0
 * and the pointers NULL for an empty session. The memory is the session's, valid until its next
 * change.
 * TSUGI_UNSUPPORTED if the model predicts no intents. */
TSUGI_API int32_t tsugi_session_intent(const tsugi_session* session, const float** probabilities,
                                       int32_t* label_count, const float** weights,
                                       int32_t* family_count);

/* Why an item has its score. Every field is 4 bytes. */
typedef struct tsugi_reason {
  int32_t event;       /* the event that speaks most for it; 0 = the session's first */
  int32_t event_item;  /* that event's item */
  float event_share;   /* its part of everything that speaks for the item, 0 .. 1 */
  int32_t family;      /* intent family that raises the score most, in the order of
                          TSUGI_INTENT_LABELS; -1 if the model predicts no intents */
  float family_effect; /* by how much */
} tsugi_reason;

/* Explains items [count], of a list or any others. reasons [count]. The session is unchanged.
 * TSUGI_INVALID_ARGUMENT: an empty session, count < 0; TSUGI_OUT_OF_RANGE: an item. */
TSUGI_API int32_t tsugi_session_explain(tsugi_session* session, const int32_t* items, int32_t count,
                                        tsugi_reason* reasons);

enum { TSUGI_SEEN_MODEL_DEFAULT = 0, TSUGI_SEEN_FILTER = 1, TSUGI_SEEN_KEEP = 2 };

enum {
  TSUGI_RANK_ITEM_TABLE = 0, /* the item table: every item, fastest */
  TSUGI_RANK_GENERATED = 1,  /* semantic ids, generated code by code: at most `beam` items */
  TSUGI_RANK_PARALLEL = 2,   /* semantic ids, all codes at once: every item */
  TSUGI_RANK_FUSED = 3       /* the item table and what is generated, mixed */
};

/* Every field is 4 bytes in a 32-bit build. */
typedef struct tsugi_recommend_options {
  uint32_t struct_size;
  int32_t k;              /* items wanted; 10 */
  int32_t seen;           /* whether items of the session are left out; TSUGI_SEEN_MODEL_DEFAULT */
  const int32_t* exclude; /* items never to return */
  int32_t exclude_count;
  const int32_t* allow; /* only these items; NULL = all */
  int32_t allow_count;
  const int32_t* predicate;      /* clauses that an item's attributes must all meet, each ended by
                                    TSUGI_END_CLAUSE: a clause is met by any of its attribute
                                    indices, or by the absence of an attribute written as ~index.
                                    NULL = none */
  int32_t predicate_count;       /* numbers in it, clause ends included */
  const int32_t* cap_attributes; /* at most `cap` items carry the same one of these attributes */
  int32_t cap_attribute_count;
  int32_t cap;     /* 0 = no caps */
  float diversity; /* 0 = by score alone .. 1: maximal marginal relevance; 0 */
  int32_t ranking; /* what ranks: TSUGI_RANK_ITEM_TABLE; the others need "semantic" in the
                      capabilities and take neither caps nor diversity */
  int32_t beam;    /* prefixes kept while generating, 1 to 64: the longest generated list; 0 = k,
                      but from 20 to 64; 0 */
  const char* query; /* words that items should fit, not for the item table; best fused; or NULL */
  int32_t query_bytes;
} tsugi_recommend_options;
#define TSUGI_END_CLAUSE INT32_MIN

/* Ranks the whole catalogue for the session: at most k items, best first, fewer when the filters
 * leave fewer. options may be NULL: all defaults. out_items [min(k, N)], out_scores [min(k, N)]
 * logits (of semantic ids log-probabilities), higher is better; ties by ascending item.
 * TSUGI_INVALID_ARGUMENT: k < 1, diversity outside [0, 1], an unknown ranking, a beam outside 0 to
 * 64, a query where the ranking takes none; TSUGI_OUT_OF_RANGE: an item or an attribute index;
 * TSUGI_UNSUPPORTED: a ranking that the model lacks, caps or diversity with it. */
TSUGI_API int32_t tsugi_session_recommend(tsugi_session* session,
                                          const tsugi_recommend_options* options,
                                          int32_t* out_items, float* out_scores,
                                          int32_t* out_count);

/* Sets a struct of options to its defaults, struct_size included; NULL is left alone. */
enum { TSUGI_RECOMMEND = 0, TSUGI_CONTINUE = 1, TSUGI_IMAGINE = 2 };
TSUGI_API void tsugi_options_init(int32_t kind, void* options);

typedef struct tsugi_continue_options {
  uint32_t struct_size;
  int32_t n;         /* items to generate; 5 */
  float temperature; /* > 0 divides the scores; 0 = always the best; 1 */
  float top_p;       /* draw among the fewest best items that hold this probability; 1 */
  uint32_t seed;     /* the same seed draws the same items; 1 */
} tsugi_continue_options;
/* Generates the session's next n items, each drawn from the model's distribution given all before
 * it; seen items are left out where the model says so. options and filter may be NULL: defaults.
 * The filter's k, caps and diversity are not used. The session is unchanged. out_items [n];
 * *out_count is less than n only if the filter leaves nothing.
 * TSUGI_INVALID_ARGUMENT: n < 1, temperature < 0, top_p outside (0, 1]; TSUGI_OUT_OF_RANGE as
 * recommend. */
TSUGI_API int32_t tsugi_session_continue(tsugi_session* session,
                                         const tsugi_continue_options* options,
                                         const tsugi_recommend_options* filter, int32_t* out_items,
                                         int32_t* out_count);

enum { TSUGI_DISLIKE = 0, TSUGI_LIKE = 1, TSUGI_NO_RATING = 2 };

typedef struct tsugi_imagine_options {
  uint32_t struct_size;
  int32_t n;            /* concepts, 1 to 64; 4 */
  int32_t rating;       /* how the visitor would rate them; TSUGI_LIKE */
  int32_t steps;        /* of denoising, 1 to 1000; 20 */
  float guidance;       /* 0 = unasked, 1 = as learnt, to 100; 3 */
  uint32_t seed;        /* the same seed imagines the same; 1 */
  int32_t nearest;      /* real items to name beside each; 3 */
  const int32_t* avoid; /* attributes that no concept may carry; fewer may come back then */
  int32_t avoid_count;
} tsugi_imagine_options;

/* Imagines items that the catalogue need not hold. options may be NULL: defaults. *text
 * [*size_bytes] gets a JSON object, not zero-terminated: {"concepts": [{"title", "attributes":
 * [{"field", "value", "probability"}, ...], "nearest": [{"item": id, "cosine"}, ...], "novelty"},
 * ...]}; attributes most likely first, items nearest first, novelty 1 - the nearest's cosine. The
 * memory is the session's, valid until its next call of this function. An empty session imagines
 * for nobody in particular. The session is unchanged.
 * TSUGI_UNSUPPORTED if the model does not imagine ("imagine" in the capabilities);
 * TSUGI_INVALID_ARGUMENT: a number out of range; TSUGI_OUT_OF_RANGE: an attribute. */
TSUGI_API int32_t tsugi_session_imagine(tsugi_session* session,
                                        const tsugi_imagine_options* options, const char** text,
                                        size_t* size_bytes);

#ifdef __cplusplus
}
#endif

#endif /* TSUGI_NATIVE_C_API_TSUGI_H_ */
