package ncci_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/chargenote/chargenote/internal/ncci"
)

const (
	onePair  = "90791\t90839\t\t20200101\t*\t1\tCPT Manual"
	oneLimit = "90785,3,3 Date of Service Edit: Clinical,Clinical: CMS Workgroup"
	oneAddOn = "1\t90785\t\t90791\t\t2013001\t\t"
)

// head is a header of tabs with one column changed.
func head(of string, column int, to string) string {
	cells := strings.Split(of, "\t")
	cells[column] = to
	return strings.Join(cells, "\t")
}

func TestReadRefusesPairs(t *testing.T) {
	for _, tt := range []struct {
		name, head, row, want string
	}{
		{"column renamed", head(pairHead, 5, "Mod Ind"), onePair, `row 1, column F: "Mod Ind" is not a column of CMS's PTP table`},
		{"column missing", head(pairHead, 5, "Mod Ind"), onePair, `row 1, column F: the column Modifier of CMS's PTP table is missing; in its place stands "Mod Ind"`},
		{"last column missing", strings.TrimSuffix(pairHead, "\tPTP Edit Rationale"), onePair, "column G: the column PTP Edit Rationale of CMS's PTP table is missing; in its place stands nothing"},
		{"meaning of the indicator changed", head(pairHead, 5, "Modifier 0=allowed 1=not allowed"), onePair, "is not a column"},
		{"column twice", head(pairHead, 6, "Column 2"), onePair, "column G: Column 2 stands here and in column B"},
		{"column added", pairHead + "\tState", onePair, `column H: "State" is not a column`},
		{"indicator", pairHead, "90791\t90839\t\t20200101\t*\t2\tx", `row 2, column F (Modifier): "2" is not a modifier indicator: CMS has 0`},
		{"no indicator", pairHead, "90791\t90839\t\t20200101\t*", `column F (Modifier): "" is not a modifier indicator`},
		{"deletion in words", pairHead, "90791\t90839\t\t20200101\tnone\t1\tx", `row 2, column E (Deletion Date): "none" is not a day: CMS writes eight digits, yyyymmdd, or * for none`},
		{"no deletion", pairHead, "90791\t90839\t\t20200101\t\t1\tx", `column E (Deletion Date): "" is not a day`},
		{"day of another form", pairHead, "90791\t90839\t\t2020-01-01\t*\t1\tx", `column D (Effective Date): "2020-01-01" is not a day`},
		{"day not in the calendar", pairHead, "90791\t90839\t\t20230229\t*\t1\tx", `"20230229" is not a day`},
		{"month not in the calendar", pairHead, "90791\t90839\t\t20231301\t*\t1\tx", `"20231301" is not a day`},
		{"no first day", pairHead, "90791\t90839\t\t\t*\t1\tx", `column D (Effective Date): "" is not a day`},
		{"ended before it began", pairHead, "90791\t90839\t\t20200101\t20191231\t1\tx", "the last day 2019-12-31 is before the first, 2020-01-01"},
		{"mark", pairHead, "90791\t90839\tyes\t20200101\t*\t1\tx", `"yes" stands where CMS has * or nothing`},
		{"code too short", pairHead, "9079\t90839\t\t20200101\t*\t1\tx", `row 2, column A (Column 1): "9079" is not a code of five characters`},
		{"code in lower case", pairHead, "90791\tg0444\t\t20200101\t*\t1\tx", `column B (Column 2): "g0444" is not a code`},
		{"range for a code", pairHead, "90791\t90832-90838\t\t20200101\t*\t1\tx", "is not a code"},
		{"cells behind the header", pairHead, onePair + "\tmore", `row 2, column H: "more" stands behind the last column`},
		{"two indicators on one day", pairHead, onePair + "\n90791\t90839\t\t20200401\t*\t0\tx", "90791 with 90839 has indicator 1 and indicator 0 on 2020-04-01"},
		{"last day is a first day", pairHead, "90791\t90839\t\t20200101\t20200401\t1\tx\n90791\t90839\t\t20200401\t*\t0\tx", "on 2020-04-01"},
		{"open quote", pairHead, "\"90791\t90839", "a quote that is opened in row 2 is not closed"},
		{"zero byte", pairHead, "90791\x00\t90839", "line 2 holds a zero byte"},
		{"other table", limitHead, oneLimit, "this is CMS's MUE table, not the PTP table"},
		{"no header", "Column One\tColumn Two", onePair, "no header of CMS's PTP table within the first 50 rows; its columns are Column 1, Column 2"},
		{"header too far down", strings.Repeat("title\n", 50) + pairHead, onePair, "no header of CMS's PTP table"},
		{"long line", strings.Repeat("x", 70000), onePair, "line 1 is longer than 65536 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := ncci.Read(ncci.Inputs{Pairs: []ncci.Input{text("ccipra.txt", tt.head, tt.row)}}, all)
			wantFault(t, err, tt.want)
		})
	}
}

func TestReadTakesAHeaderInItsLastPlace(t *testing.T) {
	in := text("ccipra.txt", strings.Repeat("title\n", 49)+pairHead, onePair)
	if got := read(t, ncci.Inputs{Pairs: []ncci.Input{in}}); len(got.Pairs[ncci.Practitioner]) != 1 {
		t.Errorf("got %+v", got.Pairs)
	}
}

func TestReadRefusesLimits(t *testing.T) {
	for _, tt := range []struct {
		name, head, row, want string
	}{
		{"column renamed", strings.Replace(limitHead, "MUE Adjudication Indicator", "MAI", 1), oneLimit, `row 1, column C: the column MUE Adjudication Indicator of CMS's MUE table is missing; in its place stands "MAI"`},
		{"side renamed", strings.Replace(limitHead, "Practitioner Services", "Facility", 1), oneLimit, `column B: the column MUE Values of CMS's MUE table is missing; in its place stands "Facility MUE Values"`},
		{"supplier table", strings.Replace(limitHead, "Practitioner", "DME Supplier", 1), oneLimit, "this is the MUE table of DME suppliers, which is not used"},
		{"units in words", limitHead, "90785,three,3,x", `row 2, column B (MUE Values): "three" is not a whole number`},
		{"broken units", limitHead, "90785,3.5,3,x", `"3.5" is not a whole number`},
		{"fewer than none", limitHead, "90785,-1,3,x", `"-1" is not a whole number`},
		{"no units", limitHead, "90785,,3,x", `"" is not a whole number`},
		{"too many units", limitHead, "90785,12345678,3,x", "of at most 7 digits"},
		{"indicator", limitHead, "90785,3,4 Other,x", `row 2, column C (MUE Adjudication Indicator): "4 Other" is not an adjudication indicator`},
		{"words of another indicator", limitHead, "90785,3,3 Date of Service Edit: Policy,x", "is not an adjudication indicator"},
		{"no indicator", limitHead, "90785,3,,x", "is not an adjudication indicator"},
		{"two limits", limitHead, "90785,3,3,x\n90785,4,3,x", "MUE table, practitioner: 90785 has two limits, 3 units, indicator 3 and 4 units, indicator 3"},
		{"total below", limitHead, oneLimit + "\nTotal,3,,", `row 3, column A (HCPCS/CPT Code): "Total" is not a code`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := ncci.Read(ncci.Inputs{Limits: []ncci.Input{text("mue.csv", tt.head, tt.row)}}, all)
			wantFault(t, err, tt.want)
		})
	}
}

func TestReadRefusesAddOns(t *testing.T) {
	for _, tt := range []struct {
		name, head, row, want string
	}{
		{"column renamed", head(addOnHead, 3, "Base_Code"), oneAddOn, `column D: the column Primary_Code of CMS's add-on table is missing; in its place stands "Base_Code"`},
		{"type in Roman figures", addOnHead, "I\t90785\t\t90791\t\t2013001\t\t", `row 2, column A (AOC_Edit_Type): "I" is not a type of add-on`},
		{"day of the year", addOnHead, "1\t90785\t\t90791\t\t2023366\t\t", `column F (AOC_Edit_EffDT): "2023366" is not a day: CMS writes seven digits`},
		{"day zero", addOnHead, "1\t90785\t\t90791\t2023000\t2013001\t\t", `column E (Primary_Code_DelDT): "2023000" is not a day`},
		{"primary", addOnHead, "1\t90785\t\tCCCC\t\t2013001\t\t", `column D (Primary_Code): "CCCC" is not a code`},
		{"primary of type 2", addOnHead, "2\t96131\t\t96130\t\t2019001\t\t", `row 2, column D (Primary_Code): "96130" is listed for an add-on of type 2`},
		{"two types", addOnHead, oneAddOn + "\n3\t90785\t\t90792\t\t2013001\t\t", "add-on table: 90785 is an add-on of type 1 and of type 3"},
		{"fixed width broken", "190785       90791       2013001       ", "191785       90791       20x3001       ", `row 2, column F (AOC_Edit_EffDT): "20x3001" is not a day`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := ncci.Read(ncci.Inputs{AddOns: []ncci.Input{text("AOC.txt", tt.head, tt.row)}}, all)
			wantFault(t, err, tt.want)
		})
	}
}

func TestReadRefusesFiles(t *testing.T) {
	sheet := [][]any{anys(strings.Split(pairHead, "\t")), {"90791", "90839", nil, 20200101, "*", 2, "x"}}
	bomb := zipped(t, "ccipra.zip", member{"ccipra.txt", make([]byte, 8<<20)})
	large := text("ccipra.txt", pairHead)
	large.Size = 300 << 20
	broken := zipped(t, "ccipra.zip", member{"ccipra.txt", []byte(pairHead)})
	broken.Size -= 10
	claimed := text("ccipra.txt", pairHead, onePair)
	claimed.Side = ncci.OutpatientHospital
	for _, tt := range []struct {
		name   string
		inputs []ncci.Input
		want   string
	}{
		{"empty", []ncci.Input{input("ccipra.txt", nil)}, "ccipra.txt: the file is empty"},
		{"web page", []ncci.Input{text("ccipra.txt", "<!DOCTYPE html><html>")}, "this is a web page, not a table: accept CMS's license"},
		{"old workbook", []ncci.Input{input("ccipra.xls", []byte("\xD0\xCF\x11\xE0\xA1\xB1"))}, "workbook of the old form"},
		{"PDF", []ncci.Input{text("ccipra.pdf", "%PDF-1.7")}, "this is a PDF"},
		{"UTF-16", []ncci.Input{input("ccipra.txt", []byte("\xFF\xFEC\x00o\x00\n\x00"))}, "this is UTF-16 text: save it as UTF-8"},
		{"too large", []ncci.Input{large}, "more than the limit of 268435456"},
		{"zip bomb", []ncci.Input{bomb}, "ccipra.txt unpacks to more than 200 times its size"},
		{"broken zip", []ncci.Input{broken}, "the zip cannot be read, download it again"},
		{"zip without a table", []ncci.Input{zipped(t, "x.zip", member{"a.pdf", []byte("%PDF")})}, "the zip holds no .txt, .csv or .xlsx file"},
		{"cell of a workbook", []ncci.Input{input("ccipra.xlsx", book(t, sheet))}, `ccipra.xlsx: row 2, column F (Modifier): "2" is not a modifier indicator`},
		{"cell of a workbook in a zip", []ncci.Input{zipped(t, "a.zip", member{"ccipra.xlsx", book(t, sheet)})}, `a.zip/ccipra.xlsx: row 2, column F (Modifier)`},
		{"workbook without a header", []ncci.Input{input("ccipra.xlsx", book(t, [][]any{{"x"}}))}, "no header of CMS's PTP table"},
		{"no side", []ncci.Input{text("edits.txt", pairHead, onePair)}, "nothing says whether this PTP table is for practitioners or for outpatient hospitals"},
		{"name that tells both sides", []ncci.Input{text("practitioner-hospital.txt", pairHead, onePair)}, "nothing says whether"},
		{"side against the name", []ncci.Input{claimed}, "given as the outpatient hospital's, and its name says practitioner"},
		{"other quarter", []ncci.Input{text("ccipra-v313r0-f1.txt", pairHead, onePair)}, "by its name this PTP table is effective 2025-10-01, and 2026-10-01 was given"},
		{"part twice", []ncci.Input{text("ccipra-v323r0-f1.txt", pairHead, onePair), input("ccipra-v323r0-f1.xlsx", book(t, sheet))}, "part f1 of the practitioner PTP table was already read from ccipra-v323r0-f1.txt"},
		{"part missing", []ncci.Input{text("ccipra-v323r0-f1.txt", pairHead, onePair), text("ccipra-v323r0-f3.txt", pairHead, onePair)}, "part f2 of the practitioner PTP table is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tables, _, err := ncci.Read(ncci.Inputs{Quarter: quarter, Pairs: tt.inputs}, all)
			wantFault(t, err, tt.want)
			if tables != nil {
				t.Error("rows were read beside a fault")
			}
		})
	}
}

func TestReadRefusesTheMUEOfAnotherQuarter(t *testing.T) {
	in := text("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", limitHead, oneLimit)
	_, _, err := ncci.Read(ncci.Inputs{Quarter: quarter, Limits: []ncci.Input{in}}, all)
	wantFault(t, err, "by its name this MUE table is effective 2026-07-01, and 2026-10-01 was given")
}

// TestReadCollectsFaults: each on a line, 20 of them, then a count.
func TestReadCollectsFaults(t *testing.T) {
	lines := []string{pairHead}
	for range 25 {
		lines = append(lines, "90791\t90839\t\t20200101\t*\t7\tx")
	}
	_, _, err := ncci.Read(ncci.Inputs{Pairs: []ncci.Input{text("ccipra.txt", lines...), text("edits.txt", "x")}}, all)
	var faults *ncci.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v", err)
	}
	if faults.Count != 26 || len(faults.Shown) != 20 {
		t.Errorf("%d faults, %d shown; want 26 and 20", faults.Count, len(faults.Shown))
	}
	got := strings.Split(err.Error(), "\n")
	if len(got) != 21 || got[20] != "and 6 more of the same kind or others, not shown" {
		t.Errorf("%d lines, the last is %q", len(got), got[len(got)-1])
	}
	for i, line := range got[:20] {
		if want := fmt.Sprintf("ccipra.txt: row %d, column F (Modifier): ", i+2); !strings.HasPrefix(line, want) {
			t.Errorf("line %d is %q, want it to begin %q", i, line, want)
		}
	}
}

// TestFaultsRepeatLittle: a long cell is cut between characters, and a line break stays within the line.
func TestFaultsRepeatLittle(t *testing.T) {
	long := `"` + strings.Repeat("é", 60) + "\n" + `x"`
	_, _, err := ncci.Read(ncci.Inputs{Pairs: []ncci.Input{text("ccipra.txt", pairHead, long+"\t90839\t\t20200101\t*\t1\tx")}}, all)
	wantFault(t, err, `"`+strings.Repeat("é", 20)+`"... is not a code`)
}

func anys(texts []string) []any {
	cells := make([]any, len(texts))
	for i, text := range texts {
		cells[i] = text
	}
	return cells
}

func wantFault(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no fault, want %q", want)
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("got\n%v\nwant %q", err, want)
	}
	var faults *ncci.Faults
	if !errors.As(err, &faults) {
		t.Errorf("the error is a %T", err)
	} else if got := strings.Count(err.Error(), "\n") + 1; got != len(faults.Shown) {
		t.Errorf("%d faults on %d lines", len(faults.Shown), got)
	}
}
