/** The script of the worker of `tsugi/worker`. */
import { serve } from './page.js';

serve();
