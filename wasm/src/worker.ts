/** The script of the worker of `tsugi/worker`. */
import { serve } from './core.js';

serve();
