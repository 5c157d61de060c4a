"""What import_bench.mjs compares with, and the Parquet file that it reads.

pandas CSV OUT    the steps of `tsugi import` in pandas: read, leave out users and items with fewer than five
                  events until none is left, order each user's events by time, save the arrays
parquet CSV OUT   the same rows as Parquet, written by DuckDB's library from the cache
"""

import ctypes
import glob
import os
import sys


def import_with_pandas(csv, out):
    import numpy
    import pandas

    log = pandas.read_csv(csv)
    user, users = pandas.factorize(log["user"])
    item, items = pandas.factorize(log["item"])
    time = log["time"].to_numpy()
    value = log["value"].to_numpy()
    while True:
        keep = (numpy.bincount(user)[user] >= 5) & (numpy.bincount(item)[item] >= 5)
        if keep.all():
            break
        user, item, time, value = user[keep], item[keep], time[keep], value[keep]
    order = numpy.lexsort((time, user))
    numpy.savez(out, user=user[order], item=item[order], time=time[order], value=value[order],
                users=users.to_numpy(dtype="U"), items=items.to_numpy(dtype="U"))


def write_parquet(csv, out):
    cache = os.environ.get("TSUGI_CACHE", os.path.expanduser("~/.cache/tsugi"))
    (library,) = glob.glob(os.path.join(cache, "duckdb-*", "libduckdb.so"))[:1]
    duckdb = ctypes.CDLL(library)
    duckdb.duckdb_result_error.restype = ctypes.c_char_p
    database, connection = ctypes.c_void_p(), ctypes.c_void_p()
    result = (ctypes.c_uint64 * 16)()
    duckdb.duckdb_open(None, ctypes.byref(database))
    duckdb.duckdb_connect(database, ctypes.byref(connection))
    query = f"COPY (SELECT * FROM read_csv('{csv}')) TO '{out}' (FORMAT parquet)"
    if duckdb.duckdb_query(connection, query.encode(), ctypes.byref(result)) != 0:
        sys.exit(duckdb.duckdb_result_error(ctypes.byref(result)).decode())


if __name__ == "__main__":
    {"pandas": import_with_pandas, "parquet": write_parquet}[sys.argv[1]](*sys.argv[2:])
