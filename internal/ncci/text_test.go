package ncci

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func rowsOf(content string, separator byte) (rows [][]string, numbers []int, err error) {
	reader := newTextRows(strings.NewReader(content), separator)
	for {
		cells, row, err := reader.next()
		if errors.Is(err, io.EOF) {
			return rows, numbers, nil
		}
		if err != nil {
			return rows, numbers, err
		}
		rows = append(rows, append([]string{}, cells...))
		numbers = append(numbers, row)
	}
}

func TestTextRows(t *testing.T) {
	for _, tt := range []struct {
		name, content string
		want          [][]string
		numbers       []int
	}{
		{"plain", "a,b\nc,d\n", [][]string{{"a", "b"}, {"c", "d"}}, []int{1, 2}},
		{"no line break at the end", "a,b\nc", [][]string{{"a", "b"}, {"c"}}, []int{1, 2}},
		{"CRLF", "a,b\r\nc,d\r\n", [][]string{{"a", "b"}, {"c", "d"}}, []int{1, 2}},
		{"mark in front", "\xEF\xBB\xBFa,b", [][]string{{"a", "b"}}, []int{1}},
		{"empty cells and lines", ",a,\n\nb", [][]string{{"", "a", ""}, {""}, {"b"}}, []int{1, 2, 3}},
		{"quotes", `"a,b","c ""d""",e` + "\n", [][]string{{"a,b", `c "d"`, "e"}}, []int{1}},
		{"line break in quotes", "\"a\r\nb\",c\nd", [][]string{{"a\nb", "c"}, {"d"}}, []int{1, 3}},
		{"quote within a cell", `5" tube,b` + "\n", [][]string{{`5" tube`, "b"}}, []int{1}},
		{"text behind a quote", `"a"b,c`, [][]string{{"ab", "c"}}, []int{1}},
		{"empty quotes at the end", `a,""`, [][]string{{"a", ""}}, []int{1}},
		{"separator at the end behind quotes", `"a",`, [][]string{{"a", ""}}, []int{1}},
		{"Windows-1252", "CPT\xAE \x93x\x94 \x80,\xE9", [][]string{{"CPT® “x” €", "é"}}, []int{1}},
		{"UTF-8", "CPT®,é", [][]string{{"CPT®", "é"}}, []int{1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, numbers, err := rowsOf(tt.content, ',')
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.numbers, numbers); diff != "" {
				t.Errorf("row numbers (-want +got)\n%s", diff)
			}
		})
	}
}

func TestTextRowsKeepToTheLimits(t *testing.T) {
	for _, tt := range []struct{ name, content, want string }{
		{"line", strings.Repeat("x", maxLineBytes+1), "line 1 is longer than 65536 bytes"},
		{"quotes without an end", "a\n\"" + strings.Repeat("x\n", maxRowBytes/2+1), "a quote that is opened in row 2 is not closed within 262144 bytes"},
		{"quote without an end", `a,"b`, "a quote that is opened in row 1 is not closed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, _, err := rowsOf(tt.content, ','); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	if rows, _, err := rowsOf(strings.Repeat("x", maxLineBytes-1)+"\ny", ','); err != nil || len(rows) != 2 {
		t.Errorf("the longest line: %d rows, %v", len(rows), err)
	}
}

// TestRowsAreLimited reads two rows where one is left.
func TestRowsAreLimited(t *testing.T) {
	cells := make([]string, len(pairTable.columns))
	for i, column := range pairTable.columns {
		cells[i] = column.name
	}
	content := []byte(strings.Join(cells, "\t") + "\n" + strings.Repeat("90791\t90839\t\t20200101\t*\t1\tx\n", 2))
	for _, tt := range []struct {
		left int
		want string
	}{{3, ""}, {2, "ccipra.txt: row 3: more than 10000000 rows in all"}} {
		r := newReader(func(string) bool { return true })
		r.rows = maxRows - tt.left
		parts, err := partsOf(Input{Name: "ccipra.txt", Data: bytes.NewReader(content), Size: int64(len(content))}, pairTable)
		if err != nil {
			t.Fatal(err)
		}
		r.part(parts[0], pairTable)
		got := ""
		if r.faults.Count > 0 {
			got = r.faults.Error()
		}
		if !strings.HasPrefix(got, tt.want) || (tt.want == "") != (got == "") {
			t.Errorf("%d rows left: got %q, want %q", tt.left, got, tt.want)
		}
	}
}

func TestCheckZip(t *testing.T) {
	files := func(n int, packed, unpacked uint64) []*zip.File {
		list := make([]*zip.File, n)
		for i := range list {
			list[i] = &zip.File{FileHeader: zip.FileHeader{Name: "x.txt", CompressedSize64: packed, UncompressedSize64: unpacked}}
		}
		return list
	}
	for _, tt := range []struct {
		name  string
		files []*zip.File
		want  string
	}{
		{"as CMS packs", files(4, 10<<20, 60<<20), ""},
		{"small and well packed", files(1, 100, ratioFloorBytes), ""},
		{"highest ratio", files(1, 1<<20, maxRatio<<20), ""},
		{"above it", files(1, 1<<20, (maxRatio+1)<<20), "more than 200 times its size"},
		{"largest file", files(1, 100<<20, maxPartBytes), ""},
		{"above it", files(1, 100<<20, maxPartBytes+1), "more than the limit of 536870912"},
		{"largest zip", files(2, 100<<20, maxPartBytes), ""},
		{"above it", files(3, 100<<20, maxPartBytes), "the zip unpacks to more than the limit of 1073741824 bytes"},
		{"most files", files(maxZipFiles, 1, 1), ""},
		{"above it", files(maxZipFiles+1, 1, 1), "1001 files, more than the limit of 1000"},
		{"size that would overflow", files(2, 1, 1<<63), "more than the limit"},
	} {
		err := checkZip(tt.files)
		if (err == nil) != (tt.want == "") || (err != nil && !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

// TestSheetThatBreaksOff: the library would take it for one that ends.
func TestSheetThatBreaksOff(t *testing.T) {
	for _, tt := range []struct {
		content string
		whole   bool
	}{
		{"<worksheet><sheetData></sheetData></worksheet>\n", true},
		{"<x:worksheet>" + strings.Repeat(" ", 100_000) + "</x:worksheet>", true},
		{"<worksheet><sheetData><row>", false},
	} {
		var out bytes.Buffer
		archive := zip.NewWriter(&out)
		w, err := archive.Create("xl/worksheets/sheet1.xml")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, tt.content); err != nil {
			t.Fatal(err)
		}
		if err := archive.Close(); err != nil {
			t.Fatal(err)
		}
		read, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if err := wholeSheets(read.File); (err == nil) != tt.whole {
			t.Errorf("%.30q: %v", tt.content, err)
		}
	}
}

func TestLetter(t *testing.T) {
	for i, want := range map[int]string{0: "A", 6: "G", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 702: "AAA"} {
		if got := letter(i); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
	}
}

// FuzzTextRows: whatever the bytes, rows end, are valid text, come in order, and hold no more than was
// read; and a table of such bytes is read or refused, one line a fault.
func FuzzTextRows(f *testing.F) {
	for _, seed := range []string{
		"", "a,b\r\n\"c\nd\",e", "\xEF\xBB\xBFColumn 1\tColumn 2", "\"\"\"", "\x80\xff,\x00", "a\n\n\"b", `"a""b"c,"`,
		"Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n\t\tprior to 1996\tDate\tDate\t0=not allowed\n90791\t90839\t\t20200101\t*\t1\tx",
		"AOC_Edit_Type,Add-On_Code,AOC_DelDT,Primary_Code,Primary_Code_DelDT,AOC_Edit_EffDT,AOC_Edit_DelDT,Special_Instruction_Notes\n1,90785,,90791,,2013001,,",
		"HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n90785,3,3,x",
		"190785       90791       2013001       \n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, separator := range []byte{',', '\t'} {
			rows, numbers, _ := rowsOf(string(content), separator)
			size, last := 0, 0
			for i, cells := range rows {
				if numbers[i] <= last {
					t.Fatalf("row %d after row %d", numbers[i], last)
				}
				last = numbers[i]
				for _, cell := range cells {
					size += utf8.RuneCountInString(cell)
					if !utf8.ValidString(cell) {
						t.Fatalf("%q is not UTF-8", cell)
					}
				}
			}
			if size > len(content) {
				t.Fatalf("%d characters out of %d bytes", size, len(content))
			}
		}
		for _, in := range []Inputs{{Pairs: []Input{fuzzed(content)}}, {Limits: []Input{fuzzed(content)}}, {AddOns: []Input{fuzzed(content)}}} {
			tables, _, err := Read(in, func(string) bool { return true })
			if (tables == nil) != (err != nil) {
				t.Fatalf("tables %v and error %v", tables, err)
			}
			var faults *Faults
			if err != nil && (!errors.As(err, &faults) || strings.Count(err.Error(), "\n") > faultsShown || faults.Count < len(faults.Shown)) {
				t.Fatalf("the error is %T: %v", err, err)
			}
			if err == nil {
				(&Layer{Tables: *tables}).Files()
			}
		}
	})
}

func fuzzed(content []byte) Input {
	return Input{Name: "ccipra.txt", Data: bytes.NewReader(content), Size: int64(len(content)), Side: ""}
}

// BenchmarkReadPairs reads a PTP table of 200,000 rows of which 2,000 are kept, about a third of one
// part of CMS's.
func BenchmarkReadPairs(b *testing.B) {
	var content bytes.Buffer
	content.WriteString("CPT only copyright American Medical Association.\r\nColumn 1\tColumn 2\t*=in existence prior to 1996\tEffective Date\tDeletion Date *=no data\tModifier 0=not allowed 1=allowed 9=not applicable\tPTP Edit Rationale\r\n")
	const rows = 200_000
	for i := range rows {
		fmt.Fprintf(&content, "%05d\t%05d\t\t20200101\t*\t%d\tStandards of medical / surgical practice\r\n", 10000+i/1000, 20000+i%1000, i%2)
	}
	in := Inputs{Pairs: []Input{{Name: "ccipra-v323r0-f1.txt", Data: bytes.NewReader(content.Bytes()), Size: int64(content.Len())}}}
	known := func(code string) bool { return code <= "10001" || code >= "20000" }
	b.SetBytes(int64(content.Len()))
	b.ReportAllocs()
	for b.Loop() {
		tables, counts, err := Read(in, known)
		if err != nil {
			b.Fatal(err)
		}
		if counts.Pairs != rows || len(tables.Pairs[Practitioner]) != 2000 {
			b.Fatalf("%d rows read, %d kept", counts.Pairs, len(tables.Pairs[Practitioner]))
		}
	}
}
