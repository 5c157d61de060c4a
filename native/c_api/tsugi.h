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
 *  1. A function that can fail returns TSUGI_OK (0) or a status code below. After an error its
 *     results are untouched, unless its comment says otherwise, and tsugi_last_error() returns the
 *     text of the calling thread. A pointer that is NULL where the comment does not allow it is
 *     TSUGI_INVALID_ARGUMENT.
 *  2. Handles are opaque. For every create or open there is a destroy, which accepts NULL. Destroy
 *     the sessions of a recommender before the recommender.
 *  3. An item is an item_index: 0 .. N - 1 in the order of TSUGI_ITEM_IDS, from N on for items that
 *     are added. Counts are numbers of elements; names that end in _bytes count bytes. Strings are
 *     UTF-8, passed as pointer and length; those that are returned are not zero-terminated.
 *  4. Call tsugi_options_init on an options struct before you set its fields: it sets struct_size
 *     and the defaults, which comments give last, after a semicolon. Later versions append fields.
 *  5. Memory that you pass in is borrowed until the function returns. Memory that you receive
 *     belongs to the handle that it came from.
 *  6. Use a recommender and its sessions from one thread at a time; open one for every thread.
 *  7. No function throws, prints, exits or uses the network. Times are unix seconds.
 *  8. Every function that returns a status returns TSUGI_OUT_OF_MEMORY if memory runs out. The call
 *     has then changed nothing, and the handles work afterwards.
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
  TSUGI_INVALID_ARGUMENT = 10, /* a value that no model accepts */
  TSUGI_OUT_OF_RANGE = 20,     /* an index that the model lacks, or a buffer that is too small */
  TSUGI_NOT_FOUND = 30,        /* no such file or item */
  TSUGI_UNSUPPORTED = 40,      /* the model lacks the part, or the processor the instructions */
  TSUGI_CORRUPT_MODEL = 50,    /* damaged or hostile bytes */
  TSUGI_VERSION_TOO_NEW = 60,  /* written by a newer tsugi */
  TSUGI_OUT_OF_MEMORY = 70,
  TSUGI_INTERNAL = 90 /* a bug in tsugi */
};

typedef struct tsugi_buffer tsugi_buffer;
typedef struct tsugi_recommender tsugi_recommender;
typedef struct tsugi_session tsugi_session;
/* The version of the library, e.g. "0.1.0". */
TSUGI_API const char* tsugi_version(void);
/* The name of a status code: "ok", "invalid_argument" and so on; "unknown" for any other number. */
TSUGI_API const char* tsugi_status_name(int32_t status);
/* Says what went wrong in the calling thread's last failed call and what to do about it. The text
 * is zero-terminated and valid until the next failed call of the thread; "" before the first. */
TSUGI_API const char* tsugi_last_error(void);

/* A buffer holds the bytes of a model in memory that is aligned and padded for the engine, so that
 * a download can be streamed straight into its final place.
 *
 * Creates the buffer if *buffer is NULL. Makes it at least size_bytes long, keeps the bytes that it
 * holds and sets new ones to 0. *data gets the address of the first byte, which is valid until the
 * next call with this buffer. On error the buffer is unchanged. */
TSUGI_API int32_t tsugi_buffer_reserve(tsugi_buffer** buffer, size_t size_bytes, uint8_t** data);
TSUGI_API void tsugi_buffer_destroy(tsugi_buffer* buffer);

/* Checks that the first size_bytes of the buffer are a .tsugi file and creates a recommender from
 * it. Takes ownership of the buffer, also on error.
 * TSUGI_CORRUPT_MODEL: the file is damaged; the error text names the field.
 * TSUGI_VERSION_TOO_NEW. TSUGI_OUT_OF_RANGE: the buffer is shorter than size_bytes. */
TSUGI_API int32_t tsugi_recommender_create(tsugi_buffer* buffer, size_t size_bytes,
                                           tsugi_recommender** recommender);
#ifndef __EMSCRIPTEN__
/* Reads the file and creates a recommender from it. path is zero-terminated.
 * TSUGI_NOT_FOUND: the file cannot be read. Otherwise as tsugi_recommender_create. */
TSUGI_API int32_t tsugi_recommender_open(const char* path, tsugi_recommender** recommender);
#endif
TSUGI_API void tsugi_recommender_destroy(tsugi_recommender* recommender);

/* Writes a JSON object that describes the model: items, window, width, layers, capabilities (a list
 * of names: what the file can do), modalities (a list of objects with name and width: the vectors
 * that an added item may bring, in their order), engine (the code path in use), format_version,
 * model_bytes and provenance. out [capacity] char, not zero-terminated. *size_bytes always gets the
 * length of the text, so call with capacity 0 to ask for it; out may be NULL then.
 * TSUGI_OUT_OF_RANGE: the text is longer than capacity. */
TSUGI_API int32_t tsugi_recommender_describe(const tsugi_recommender* recommender, char* out,
                                             size_t capacity, size_t* size_bytes);

/* The string tables of a model. */
enum {
  TSUGI_ITEM_IDS = 0,        /* [N] the ids of the log, in order of item_index; empty if the ids are
                                the decimal item indices */
  TSUGI_ITEM_TITLES = 1,     /* [N], or empty if the model has no titles */
  TSUGI_ATTRIBUTE_NAMES = 2, /* [A] "field=value", e.g. "genres=Drama", sorted by field and value;
                                empty if items have no attributes */
  TSUGI_INTENT_LABELS = 3,   /* [P] "family=label", e.g. "action=discover", one family after the
                                other; empty if the model predicts no intents */
  TSUGI_ACTION_NAMES = 4 /* the kinds of action, e.g. "view"; empty if the model reads no actions */
};
/* Gets a string table. String i is text[offsets[i] .. offsets[i + 1]); offsets [count + 1]. For an
 * empty table *count is 0 and both pointers are NULL. TSUGI_INVALID_ARGUMENT: an unknown table. */
TSUGI_API int32_t tsugi_recommender_strings(const tsugi_recommender* recommender, int32_t table,
                                            const uint64_t** offsets, const char** text,
                                            int32_t* count);
/* Gets N and the places of the added items: item indices are below *count. A place holds no item
 * after the item was removed. */
TSUGI_API int32_t tsugi_recommender_item_count(const tsugi_recommender* recommender,
                                               int32_t* count);
/* Writes what is known of an item as a JSON object:
 *   {"id", "title", "attributes": {field: [value, ...], ...}, "semanticId"}
 * title is missing if the model has no titles, unless the item was added. semanticId, four codes of
 * two hexadecimal digits each, is missing if the model has no semantic ids. *text [*size_bytes] is
 * not zero-terminated and valid until the next call of this function. TSUGI_OUT_OF_RANGE: no item
 * of the model and no place of an added item. */
TSUGI_API int32_t tsugi_recommender_item(const tsugi_recommender* recommender, int32_t item,
                                         const char** text, size_t* size_bytes);
/* Finds the item with an id, of the model or added for everybody; the first one if several have it.
 * The first call builds an index of 8 bytes per item.
 * TSUGI_NOT_FOUND: no item has the id. TSUGI_OUT_OF_MEMORY. */
TSUGI_API int32_t tsugi_recommender_find_item(const tsugi_recommender* recommender, const char* id,
                                              size_t id_bytes, int32_t* item);

/* Adds an item for all sessions of the recommender, without training. From then on it is ranked,
 * filtered and pushed like any other item. title may be NULL. attributes: lines "field=value", e.g.
 * "genres=Drama\nyear=1999", or NULL. Words and values that training did not see are ignored.
 * vectors [vector_count] f32: NULL and 0, or a vector of each modality of
 * tsugi_recommender_describe in that order, made by the model that made those of the log's items,
 * at any scale. NaN as its first number: the item has none; of "words" the engine then makes one
 * from title and attributes. *item (item may be NULL) gets the item_index, N or more.
 * TSUGI_INVALID_ARGUMENT: the id is empty or already in the catalogue; an attribute has no "="; a
 * wrong vector_count, or a number that is not finite.
 * TSUGI_UNSUPPORTED: the model has no item tower ("add_items" is not in the capabilities). */
TSUGI_API int32_t tsugi_recommender_add_item(tsugi_recommender* recommender, const char* id,
                                             size_t id_bytes, const char* title, size_t title_bytes,
                                             const char* attributes, size_t attributes_bytes,
                                             const float* vectors, size_t vector_count,
                                             int32_t* item);
/* Removes an item that was added for all sessions. No list contains it any more. Sessions keep
 * their events of it; when none has one, the next added item may get its item_index.
 * TSUGI_OUT_OF_RANGE: any other item. */
TSUGI_API int32_t tsugi_recommender_remove_item(tsugi_recommender* recommender, int32_t item);

/* Creates an empty session for one visitor. */
TSUGI_API int32_t tsugi_session_create(tsugi_recommender* recommender, tsugi_session** session);
TSUGI_API void tsugi_session_destroy(tsugi_session* session);

/* Adds an item that this session alone sees, ranks and saves. It ends with the session. Otherwise
 * as tsugi_recommender_add_item. */
TSUGI_API int32_t tsugi_session_add_item(tsugi_session* session, const char* id, size_t id_bytes,
                                         const char* title, size_t title_bytes,
                                         const char* attributes, size_t attributes_bytes,
                                         const float* vectors, size_t vector_count, int32_t* item);
/* As tsugi_recommender_remove_item, of an item that the session added or restored. */
TSUGI_API int32_t tsugi_session_remove_item(tsugi_session* session, int32_t item);
/* As tsugi_recommender_find_item, but finds the session's own items too. */
TSUGI_API int32_t tsugi_session_find_item(const tsugi_session* session, const char* id,
                                          size_t id_bytes, int32_t* item);
/* An action: the item is not for the visitor. No list holds it from then on, and items like it fall
 * in every list, until the event is rolled back or another event of the item follows. */
enum { TSUGI_ACTION_DISLIKE = -2 };
/* Appends events, oldest first, to the session.
 *   items   [count]
 *   times_s [count] or NULL: 0 = unknown. A time before that of the event before counts as equal.
 *   actions [count] or NULL: 1 + an index into TSUGI_ACTION_NAMES; 0 and higher numbers = unknown;
 *           TSUGI_ACTION_DISLIKE.
 *   values  [count] or NULL: the measured value, e.g. seconds watched or a rating, 0 or more;
 *           NaN = unknown.
 * Models use the actions and values only if they were trained on them. *event_count (event_count
 * may be NULL) gets the number of events that the session now holds.
 * The events are checked first; after one of these errors none is appended.
 * TSUGI_OUT_OF_RANGE: an item outside the catalogue.
 * TSUGI_INVALID_ARGUMENT: a time that is not finite or beyond +-2^53, another action below 0, a
 * value that is infinite or below 0, count < 0. */
TSUGI_API int32_t tsugi_session_push(tsugi_session* session, const int32_t* items,
                                     const double* times_s, const int32_t* actions,
                                     const float* values, int32_t count, int32_t* event_count);
/* Gets the last `count` events of the session, oldest first, as tsugi_session_push takes them; an
 * array may be NULL. *event_count (event_count may be NULL) gets the number of all events.
 * TSUGI_INVALID_ARGUMENT: count < 0. TSUGI_OUT_OF_RANGE: the session holds fewer events. */
TSUGI_API int32_t tsugi_session_events(const tsugi_session* session, int32_t* items,
                                       double* times_s, int32_t* actions, float* values,
                                       int32_t count, int32_t* event_count);

/* Takes back the last `count` events, dislikes too. Afterwards the state has the same bits as
 * before they were pushed. *event_count (event_count may be NULL) gets the number of events that
 * are left. TSUGI_INVALID_ARGUMENT: count < 0. TSUGI_OUT_OF_RANGE: the session holds fewer events.
 */
TSUGI_API int32_t tsugi_session_rollback(tsugi_session* session, int32_t count,
                                         int32_t* event_count);

/* Writes the session as portable bytes: its events, the added items that they name, its own items
 * and the fingerprint of the model. out [capacity]. *size_bytes always gets the length, so call
 * with capacity 0 to ask for it; out may be NULL then.
 * TSUGI_OUT_OF_RANGE: the session is longer than capacity. */
TSUGI_API int32_t tsugi_session_save(const tsugi_session* session, uint8_t* out, size_t capacity,
                                     size_t* size_bytes);
/* Replaces the session's content with that of a saved session. Added items that it brings and that
 * this session does not see become its own. *event_count (event_count may be
 * NULL) gets the number of events. The session is unchanged after one of these errors:
 * TSUGI_CORRUPT_MODEL: the bytes are damaged. TSUGI_VERSION_TOO_NEW.
 * TSUGI_INVALID_ARGUMENT: the session was saved with another model. */
TSUGI_API int32_t tsugi_session_restore(tsugi_session* session, const uint8_t* bytes,
                                        size_t size_bytes, int32_t* event_count);

/* Gets the predicted intents of the visitor. *probabilities [P]: the probability that the next
 * event has each label of TSUGI_INTENT_LABELS; those of one family sum to 1. *weights [M]: how much
 * each of the M families counts for the ranking; they sum to 1. *label_count gets P and
 * *family_count M. For an empty session both counts are 0 and both pointers NULL. The memory
 * belongs to the session and is valid until the session changes.
 * TSUGI_UNSUPPORTED: the model predicts no intents ("intent" is not in the capabilities). */
TSUGI_API int32_t tsugi_session_intent(const tsugi_session* session, const float** probabilities,
                                       int32_t* label_count, const float** weights,
                                       int32_t* family_count);

/* Why an item has its score. Every field is 4 bytes. */
typedef struct tsugi_reason {
  int32_t event;       /* the event that raises the score most above the other items' (of one item:
                          most); 0 = the session's first; -1 = none, it holds but dislikes */
  int32_t event_item;  /* the item of that event */
  float event_share;   /* its share of everything that does so, 0 .. 1 */
  int32_t family;      /* the intent family that raises the score most, numbered in the order of
                          TSUGI_INTENT_LABELS; -1 if the model predicts no intents */
  float family_effect; /* how much the family raises the score, in logits */
} tsugi_reason;
/* Explains the scores of items [count], which need not be in a list: reasons [count]. exact: 1
 * leaves out each of the last 32 events in turn, which takes long; 0 estimates that. The session is
 * unchanged. TSUGI_INVALID_ARGUMENT: count < 0. TSUGI_OUT_OF_RANGE: no such item. */
TSUGI_API int32_t tsugi_session_explain(tsugi_session* session, const int32_t* items, int32_t count,
                                        int32_t exact, tsugi_reason* reasons);
/* Whether to leave out the items of the session: as the model was evaluated, always, or never. */
enum { TSUGI_SEEN_MODEL_DEFAULT = 0, TSUGI_SEEN_FILTER = 1, TSUGI_SEEN_KEEP = 2 };
/* How to rank. */
enum {
  TSUGI_RANK_ITEM_TABLE = 0, /* scores every item by the item table; the fastest */
  TSUGI_RANK_GENERATED = 1,  /* generates semantic ids code by code; at most `beam` items */
  TSUGI_RANK_PARALLEL = 2,   /* scores every item by its semantic id, all codes at once */
  TSUGI_RANK_FUSED = 3,      /* fuses the list of the item table with the generated one */
  TSUGI_RANK_WORDS = 4       /* finds items that fit the words of `query`: by titles and attributes,
                                by meaning if the model has "word_vectors", and by the session's
                                taste. The list is empty if no word was understood */
};
/* Every field is 4 bytes in a 32-bit build. */
typedef struct tsugi_recommend_options {
  uint32_t struct_size;
  int32_t k;              /* length of the list; 10 */
  int32_t seen;           /* TSUGI_SEEN_...; TSUGI_SEEN_MODEL_DEFAULT */
  const int32_t* exclude; /* items that must not be returned; NULL = none */
  int32_t exclude_count;
  const int32_t* allow; /* the only items that may be returned; NULL = all */
  int32_t allow_count;
  /* Conditions on the attributes of an item, as a conjunction of clauses. Each clause is a list of
     attribute indices, ended by TSUGI_END_CLAUSE. An item meets it if it has one of the attributes;
     ~index stands for an attribute that it must not have. NULL = no conditions.
     Example: {3, 5, TSUGI_END_CLAUSE, ~7, TSUGI_END_CLAUSE}: attribute 3 or 5, and not 7. */
  const int32_t* predicate;
  int32_t predicate_count;       /* all numbers, with the ends of clauses */
  const int32_t* cap_attributes; /* the list holds at most `cap` items with each of these */
  int32_t cap_attribute_count;
  int32_t cap;     /* 0 = no caps; 0 */
  float diversity; /* maximal marginal relevance: from 0, ranks by score alone, to 1; 0 */
  int32_t ranking; /* TSUGI_RANK_...; TSUGI_RANK_WORDS needs "search" in the capabilities, the three
                      before it need "semantic"; TSUGI_RANK_ITEM_TABLE */
  int32_t beam;    /* prefixes kept while generating, 1 to 64, which is the longest generated list;
                      0 = k, but at least 20, at most 64, and 64 with caps or diversity; 0 */
  const char* query; /* words that the items should match, best with TSUGI_RANK_WORDS; not for
                        TSUGI_RANK_ITEM_TABLE; NULL = none */
  int32_t query_bytes;
  float popularity; /* from -1, towards the long tail, to 1, towards popular items: popularity times
                       ln(1 + training events of the item) is added to each score; other values than
                       0 need "item_counts" in the capabilities; 0 */
} tsugi_recommend_options;
#define TSUGI_END_CLAUSE INT32_MIN

/* Ranks the catalogue for the session: at most k items, best first; fewer if the filters leave
 * fewer. options may be NULL for the defaults. out_items [min(k, N)], out_scores [min(k, N)] with N
 * the number of items, added ones included. Scores are logits; those of semantic ids are
 * log-probabilities, those of an empty session ln(1 + training events) if the model has
 * "item_counts", and those of TSUGI_RANK_WORDS 20 for an item that fits, plus taste. Higher is
 * better. Items with equal scores are in ascending order.
 * TSUGI_INVALID_ARGUMENT: k < 1, diversity outside [0, 1], popularity outside [-1, 1], an unknown
 * ranking, a beam outside 0 to 64, a query with a ranking that takes none.
 * TSUGI_OUT_OF_RANGE: an item or an attribute that the model does not have.
 * TSUGI_UNSUPPORTED: a ranking that the model lacks. */
TSUGI_API int32_t tsugi_session_recommend(tsugi_session* session,
                                          const tsugi_recommend_options* options,
                                          int32_t* out_items, float* out_scores,
                                          int32_t* out_count);

/* Ranks the catalogue by likeness to items [item_count], and to their mean if there are several:
 * the score is the cosine of their rows, -1 to 1. The items themselves are left out. Of the
 * options, seen, ranking, beam and query are not used. Otherwise as tsugi_session_recommend.
 * TSUGI_INVALID_ARGUMENT: item_count < 1. TSUGI_OUT_OF_RANGE: an item that is not everybody's. */
TSUGI_API int32_t tsugi_recommender_similar(const tsugi_recommender* recommender,
                                            const int32_t* items, int32_t item_count,
                                            const tsugi_recommend_options* options,
                                            int32_t* out_items, float* out_scores,
                                            int32_t* out_count);
/* What a shelf is about: the list of the session; popular items, for an empty session; items like
 * one of the session's; items with an attribute of its taste; items that were added; less popular
 * items that suit the session. */
enum {
  TSUGI_SHELF_FOR_YOU = 0,
  TSUGI_SHELF_POPULAR = 1,
  TSUGI_SHELF_LIKE = 2,
  TSUGI_SHELF_ATTRIBUTE = 3,
  TSUGI_SHELF_NEW = 4,
  TSUGI_SHELF_LONG_TAIL = 5
};
typedef struct tsugi_shelf {
  int32_t kind;       /* TSUGI_SHELF_... */
  int32_t subject;    /* an item, or an index into TSUGI_ATTRIBUTE_NAMES; -1 for the other kinds */
  int32_t item_count; /* at least 1 */
} tsugi_shelf;
/* Makes a page: at most rows (1 to 100) shelves of at most per_row (1 to 1000) items, no item
 * twice. Each is ranked for the session and obeys `filter`, which may be NULL; its k and ranking
 * are not used. shelves [rows]; *shelf_count gets their number. out_items and out_scores [rows *
 * per_row] get the items of one shelf after the other. TSUGI_INVALID_ARGUMENT: rows or per_row out
 * of range. Otherwise as tsugi_session_recommend. */
TSUGI_API int32_t tsugi_session_shelves(tsugi_session* session, int32_t rows, int32_t per_row,
                                        const tsugi_recommend_options* filter, tsugi_shelf* shelves,
                                        int32_t* out_items, float* out_scores,
                                        int32_t* shelf_count);
/* Sets an options struct of the given kind to its defaults, struct_size included. options may be
 * NULL; nothing happens then. */
enum { TSUGI_RECOMMEND = 0, TSUGI_CONTINUE = 1, TSUGI_IMAGINE = 2 };
TSUGI_API void tsugi_options_init(int32_t kind, void* options);
typedef struct tsugi_continue_options {
  uint32_t struct_size;
  int32_t n;         /* items to generate; 5 */
  float temperature; /* divides the scores before each draw; 0 = always takes the best item; 1 */
  float top_p;       /* draws from the fewest items that together have this probability; 1 */
  uint32_t seed;     /* equal seeds draw equal items; 1 */
} tsugi_continue_options;
/* Generates the next n items of the session. Each is drawn from the model's distribution, given the
 * session and the items drawn before it. options and filter may be NULL for the defaults. Of the
 * filter, k, caps and diversity are not used. The session is unchanged. out_items [n]; *out_count
 * is less than n only if the filter leaves no item.
 * TSUGI_INVALID_ARGUMENT: n < 1, temperature < 0, top_p outside (0, 1].
 * TSUGI_OUT_OF_RANGE: as tsugi_session_recommend. */
TSUGI_API int32_t tsugi_session_continue(tsugi_session* session,
                                         const tsugi_continue_options* options,
                                         const tsugi_recommend_options* filter, int32_t* out_items,
                                         int32_t* out_count);
/* The rating that the visitor would give an imagined item. */
enum { TSUGI_DISLIKE = 0, TSUGI_LIKE = 1, TSUGI_NO_RATING = 2 };
typedef struct tsugi_imagine_options {
  uint32_t struct_size;
  int32_t n;            /* number of concepts, 1 to 64; 4 */
  int32_t rating;       /* TSUGI_DISLIKE, TSUGI_LIKE or TSUGI_NO_RATING; TSUGI_LIKE */
  int32_t steps;        /* denoising steps, 1 to 1000; 20 */
  float guidance;       /* 0 to 100: 0 ignores the session, 1 follows it as in training, higher
                           values exaggerate it; 3 */
  uint32_t seed;        /* equal seeds imagine equal concepts; 1 */
  int32_t nearest;      /* nearest real items to return for each concept, 0 to 1000; 3 */
  const int32_t* avoid; /* attributes that no concept may have; fewer than n may be found then */
  int32_t avoid_count;
} tsugi_imagine_options;

/* Imagines items for the session that the catalogue need not hold; for no visitor in particular if
 * the session is empty. options may be NULL for the defaults. *text [*size_bytes] gets a JSON
 * object, not zero-terminated:
 *   {"concepts": [{"title", "attributes": [{"field", "value", "probability"}, ...],
 *                  "nearest": [{"item": id, "cosine"}, ...], "novelty"}, ...]}
 * Attributes are ordered by probability, nearest items by cosine; novelty is 1 - the highest
 * cosine. The memory belongs to the session and is valid until the next call of this function. The
 * session is unchanged.
 * TSUGI_UNSUPPORTED: the model does not imagine ("imagine" is not in the capabilities).
 * TSUGI_INVALID_ARGUMENT: an option out of range.
 * TSUGI_OUT_OF_RANGE: an attribute that the model does not have. */
TSUGI_API int32_t tsugi_session_imagine(tsugi_session* session,
                                        const tsugi_imagine_options* options, const char** text,
                                        size_t* size_bytes);

#ifdef __cplusplus
}
#endif

#endif /* TSUGI_NATIVE_C_API_TSUGI_H_ */
