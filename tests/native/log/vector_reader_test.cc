#include "native/log/vector_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "tests/native/log/temp_files.h"
#include "tests/native/log/vector_files.h"

namespace tsugi {
namespace {

// A Parquet file in hexadecimal, made by DuckDB's COPY: the columns id (INTEGER) and image
// (FLOAT[]), the rows 7 [0.5, -1.25], 8 NULL and 9 [0.001, 3].
constexpr std::string_view kParquetFile =
    "504152311500152415242c15061500150615060000020000000601070000000800000009000000150015f40115f4"
    "012c150a150015061506000021000000411200000000000000000000000000000000000000000000000000000000"
    "0000004100000041cf03000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000003f0000a0bf6f12833a000040401502195c"
    "3500180d6475636b64625f736368656d61150400150225021802696425220035021805696d616765150215060035"
    "0418046c697374150200150825021807656c656d656e74001606191c192c26001c15021915001918026964150016"
    "061646164626083c1804090000001804070000001600280409000000180407000000111100000026001c15081915"
    "00193805696d616765046c69737407656c656d656e741500160a169a02169a02264e3c18040000404018040000a0"
    "bf160228040000404018040000a0bf111100000016e0021606260816e0020028284475636b44422076657273696f"
    "6e2076312e352e3620286275696c64203036396363396639623529192c1c00001c0000000e01000050415231";

class VectorReaderTest : public testing::Test {
 protected:
  /// What the sink got, "id: number number; id: ...", or the error.
  std::string Read(const std::string& text) {
    const auto source = VectorSource::Parse(text);
    if (!source.ok()) return std::string(source.status().message());
    std::string got;
    const auto report = ReadVectors(*source, options_, audit_, [&](const VectorRow& row) {
      got += std::string(row.id) + ":";
      for (const float number : row.numbers) {
        char digits[32];
        std::snprintf(digits, sizeof digits, " %g", static_cast<double>(number));
        got += digits;
      }
      got += "; ";
      return Status();
    });
    if (!report.ok()) return std::string(report.status().message());
    report_ = *report;
    return got;
  }
  std::string Write(std::string_view name, std::string_view text) {
    return files_.Write(name, text).string();
  }
  /// "image=" and a NumPy file of these bytes with the ids a and b.
  std::string Npy(const std::string& bytes, std::string_view ids = "a\nb\n") {
    return "image=" + Write("v.npy", bytes) + ":" + Write("ids.txt", ids);
  }

  TempFiles files_;
  VectorReaderOptions options_;
  ReadAudit audit_;
  VectorReport report_;
};

TEST_F(VectorReaderTest, ReadsNumPyFilesOfEveryTypeAndVersion) {
  const std::string expected = "a: 0.5 -1.25; b: 65504 0.00390625; ";
  const std::vector<float> numbers = {0.5f, -1.25f, 65504.0f, 0.00390625f};
  const std::vector<uint16_t> halves = {0x3800, 0xbd00, 0x7bff, 0x1c00};
  for (const std::string order : {"<", ">"}) {
    std::string bytes[3];
    const auto append = [&](std::string& to, auto bits) {
      std::string own(sizeof bits, '\0');
      for (size_t i = 0; i < own.size(); ++i) own[i] = static_cast<char>(bits >> (8 * i));
      if (order == ">") std::reverse(own.begin(), own.end());
      to += own;
    };
    for (size_t i = 0; i < numbers.size(); ++i) {
      append(bytes[0], halves[i]);
      append(bytes[1], std::bit_cast<uint32_t>(numbers[i]));
      append(bytes[2], std::bit_cast<uint64_t>(static_cast<double>(numbers[i])));
    }
    for (int size = 0; size < 3; ++size) {
      const std::string type = order + "f" + std::to_string(2 << size);
      for (const int version : {1, 2, 3}) {
        EXPECT_EQ(Read(Npy(NpyHeading(NpyDictionary(type, "(2, 2)"), version) + bytes[size])),
                  expected)
            << type << version;
      }
    }
  }
  EXPECT_EQ(report_.width, 2u);
  EXPECT_EQ(report_.rows, 2u);
  // Half of a number's smallest step, and what stands for none.
  EXPECT_EQ(Read(Npy(NpyHeading(NpyDictionary("<f2", "(2, 1)")) + std::string("\x01\0\0\x80", 4))),
            "a: 5.96046e-08; b: -0; ");
}

TEST_F(VectorReaderTest, ReadsPackedFilesAndManyRows) {
  std::vector<float> numbers;
  std::string ids;
  for (int i = 0; i < 3000; ++i) {
    for (int d = 0; d < 64; ++d) numbers.push_back(static_cast<float>(i * 64 + d));
    ids += std::to_string(i) + "\n";
  }
  const std::string file = files_.WriteGzip("v.npy.gz", NpyFloats(3000, numbers)).string();
  const std::string got = Read("image=" + file + ":" + Write("ids.txt", ids));
  EXPECT_TRUE(Holds(got, "; 2999: 191936 191937 ")) << got.size();
  EXPECT_EQ(report_.rows, 3000u);
}

TEST_F(VectorReaderTest, SaysWhatIsWrongWithANumPyFile) {
  const auto refusal = [&](std::string_view type, std::string_view shape,
                           std::string_view order = "False") {
    return Read(Npy(NpyHeading(NpyDictionary(type, shape, order)) + FloatBytes({1, 2, 3, 4})));
  };
  EXPECT_TRUE(Holds(refusal("|O", "(2, 2)"), "v.npy: holds pickled Python objects"));
  EXPECT_TRUE(Holds(refusal("<i4", "(2, 2)"), "holds <i4 (expected floating-point numbers"));
  EXPECT_TRUE(Holds(refusal("|V2", "(2, 2)"), "Try: np.save(FILE, vectors.astype('float32'))"));
  EXPECT_TRUE(Holds(refusal("<f4", "(2, 2)", "True"), "Try: np.save(FILE, np.ascontiguousarray"));
  EXPECT_TRUE(Holds(refusal("<f4", "(4,)"), "has 1 dimensions (expected 2)"));
  EXPECT_TRUE(Holds(refusal("<f4", "(2, 1, 2)"), "has 3 dimensions (expected 2)"));
  EXPECT_TRUE(Holds(refusal("<f4", "()"), "has 0 dimensions"));
  EXPECT_TRUE(Holds(refusal("<f4", "(2, 0)"), "rows have 0 numbers (expected 1 to 65536)"));
  EXPECT_TRUE(Holds(refusal("<f4", "(2, 65537)"), "rows have 65537 numbers"));
  EXPECT_TRUE(Holds(refusal("<f4", "(2, -2)"), "heading is damaged"));
  EXPECT_TRUE(Holds(refusal("<f4", "(2, 99999999999999999999)"), "heading is damaged"));
  EXPECT_TRUE(Holds(refusal("<f4", "(2, 2)", "Perhaps"), "heading is damaged"));
  EXPECT_TRUE(Holds(refusal("<f4", "(2, 3)"), "v.npy: ends in row 1 of 2, counted from 0"));
  EXPECT_TRUE(Holds(refusal("<f4", "(2, 1)"), "goes on behind its 2 rows"));
  EXPECT_TRUE(Holds(Read(Npy(NpyHeading("{'descr': [('a', '<f4'), ('b', '<f4')], "
                                        "'fortran_order': False, 'shape': (2,), }"))),
                    "holds [('a', '<f4')"));
  EXPECT_TRUE(Holds(Read(Npy("\x93NUMPY\x04")), "ends within its heading"));
  EXPECT_TRUE(Holds(Read(Npy(NpyHeading("{}", 1).replace(6, 1, "\x07"))), "version 1 to 3"));
  EXPECT_TRUE(Holds(Read("image=" + Write("v.npz", "PK\x03\x04")), "zip archive"));
  std::string huge = NpyHeading(NpyDictionary("<f4", "(2, 2)"), 2);
  huge[11] = '\x7f';
  EXPECT_TRUE(Holds(Read(Npy(huge)), "bytes; the file is damaged"));
  // Cut anywhere, it is an error and no crash.
  const std::string whole = NpyFloats(2, {1, 2, 3, 4});
  for (size_t size = 6; size < whole.size(); ++size) {
    EXPECT_TRUE(Holds(Read(Npy(whole.substr(0, size))), "ends ")) << size;
  }
}

TEST_F(VectorReaderTest, NamesTheRowOfAVectorThatNoModelCanLearnFrom) {
  EXPECT_TRUE(Holds(Read(Npy(NpyFloats(2, {1, 2, 3, NAN}))),
                    "v.npy[1], b: number 2 is NaN (expected finite numbers). Try: leave the item"));
  EXPECT_TRUE(Holds(Read(Npy(NpyFloats(2, {1, -INFINITY, 3, 4}))), "v.npy[0], a: number 2 is inf"));
  const auto table = [&](std::string_view rows) {
    return Read("image=" + Write("v.csv", "id,v\n" + std::string(rows)));
  };
  EXPECT_TRUE(Holds(table("a,\"[1, 2]\"\nb,\"[1]\"\n"),
                    "v.csv:3, b: has 1 numbers (expected 2 as in the rows before)"));
  EXPECT_TRUE(Holds(table("a,\"[1, nan]\"\n"), "v.csv:2, a: number 2 is NaN"));
  EXPECT_TRUE(Holds(table("a,\"[1, 1e400]\"\n"), "v.csv:2, a: number 2 is infinite"));
  EXPECT_TRUE(Holds(table("a,\"[1, 2]\"\nb,\"[1, x]\"\n"), "v.csv:3, b: \"[1, x]\" is no list"));
  std::string many = "[0";
  for (size_t i = 0; i < kMostVectorNumbers; ++i) many += ",0";
  EXPECT_TRUE(Holds(table("a,\"" + many + "]\"\n"), "v.csv:2, a: has more than 65536 numbers"));
}

TEST_F(VectorReaderTest, CountsIdsOfNumPyFiles) {
  const std::string array = NpyFloats(2, {1, 2, 3, 4});
  EXPECT_EQ(Read(Npy(array, "a\r\nb\n\n \n")), "a: 1 2; b: 3 4; ");
  EXPECT_TRUE(Holds(Read(Npy(array, "a\n")), "ids.txt: has 1 ids, but "));
  EXPECT_TRUE(Holds(Read(Npy(array, "id\na\nb\n")), "v.npy has 2 rows"));
  EXPECT_TRUE(Holds(Read("image=" + Write("v.npy", array)), "v.npy:IDS.txt, with an id on every"));
  // A row without an id keeps its place and is rejected.
  EXPECT_EQ(Read(Npy(array, "\nb\n")), "b: 3 4; ");
  EXPECT_EQ(audit_.rejected_count(), 1u);
  EXPECT_TRUE(Holds(audit_.rejected_tsv(), "ids.txt\t1\tno item id"));
}

TEST_F(VectorReaderTest, ReadsTablesWithAListColumn) {
  const std::string expected = "7: 0.5 -1.25; 8:; 9: 0.001 3; ";
  EXPECT_EQ(
      Read("image=" + Write("v.csv", "id,image\n7,\"[0.5, -1.25]\"\n8,\n9,\"[ 1e-3\n 3.  ]\"\n")),
      expected);
  EXPECT_EQ(Read("image=" + Write("v.tsv",
                                  "title\titem_id\tv\nx\t7\t[0.5,-1.25]\ny\t8\t[]\n"
                                  "z\t9\t[+.001 3]\n")),
            expected);
  EXPECT_EQ(Read("image=" + Write("v.jsonl",
                                  "{\"id\": 7, \"v\": [0.5, -1.25]}\n{\"id\": 8, \"v\": null}\n"
                                  "{\"id\": \"9\", \"v\": [1e-3, 3]}\n")),
            expected);
  std::string bytes;
  for (size_t i = 0; i < kParquetFile.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(kParquetFile.substr(i, 2)), nullptr, 16));
  }
  EXPECT_EQ(Read("image=" + Write("v.parquet", bytes)), expected);
  EXPECT_EQ(report_.id_column, "id");
  EXPECT_EQ(report_.vector_column, "image");
  EXPECT_EQ(report_.rows, 3u);
  EXPECT_TRUE(Holds(Read("image=" + Write("v.parquet", bytes.substr(0, 200))), "v.parquet: "));
}

TEST_F(VectorReaderTest, FindsTheColumns) {
  const std::string two = Write("v.csv", "ref_no,Text,image,other\nx,[1],\"[2, 3]\",[]\n");
  options_.log_item_column = "ref_no";
  EXPECT_EQ(Read("image=" + two), "x: 2 3; ");
  EXPECT_EQ(Read("text=" + two), "x: 1; ");
  EXPECT_TRUE(Holds(Read("audio=" + two),
                    "the columns Text and image hold lists of numbers. Try: "
                    "--item-vectors text="));
  options_.log_item_column = "";
  EXPECT_TRUE(Holds(Read("image=" + two), "which column is the item id?"));
  options_.id_column = "ref_no";
  EXPECT_EQ(Read("image=" + two), "x: 2 3; ");
  EXPECT_EQ(Read("image=" + Write("w.csv", "id,v\ny,[4]\n")), "y: 4; ");
  EXPECT_TRUE(Holds(Read("image=" + Write("n.csv", "id,v\ny,4\n")), "no column holds lists"));
  EXPECT_TRUE(Holds(Read("image=" + two + ":" + Write("ids.txt", "x\n")), "Try: --item-vectors"));
}

TEST_F(VectorReaderTest, ReadsNamesAndFiles) {
  EXPECT_TRUE(Holds(Read("v.npy"), "expected a name and a file. Try: --item-vectors image="));
  EXPECT_TRUE(Holds(Read("=v.npy:ids.txt"), "Try: --item-vectors image=v.npy:ids.txt"));
  EXPECT_TRUE(Holds(Read("image="), "expected a name and a file"));
  EXPECT_TRUE(Holds(Read("Image=v.npy"), "\"Image\" is no name"));
  EXPECT_TRUE(Holds(Read("../x=v.npy"), "is no name"));
  EXPECT_TRUE(Holds(Read("image=v.npy:"), "no file of ids behind the colon"));
  EXPECT_TRUE(Holds(Read("image=nowhere.npy:ids.txt"), "nowhere.npy: cannot be opened"));
  EXPECT_TRUE(Holds(Read(Npy(NpyFloats(1, {1})) + "x"), "ids.txtx: cannot be opened"));
  EXPECT_EQ(Read("a_1=" + Write("a:b=c.csv", "id,v\ny,[4]\n")), "y: 4; ");
}

}  // namespace
}  // namespace tsugi
