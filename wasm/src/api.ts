/** The exports that all entries share. Each entry adds its own Recommender. */
export { TsugiError, type ErrorCode } from './errors.js';
export { Session } from './session.js';
export type {
  AttributeConditions,
  AttributeFilter,
  Concept,
  Condition,
  ContinueOptions,
  FilterOptions,
  ImagineOptions,
  Intent,
  IntentLabel,
  Item,
  LoadOptions,
  ModelInfo,
  ModelSource,
  NewItem,
  Progress,
  PushResult,
  Reason,
  Recommendation,
  RecommendOptions,
  SessionEvent,
  WasmSource,
} from './types.js';
