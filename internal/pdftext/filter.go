package pdftext

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"io"
)

// mostFilters is how often a stream may be packed.
const mostFilters = 3

// unpack gives the bytes of a stream, once. What is packed in a way that text is not packed in gives
// nothing; what breaks off gives what came before.
func (f *file) unpack(s *stream) []byte {
	if data, known := f.plain[s]; known {
		return data
	}
	f.plain[s] = nil
	filters := f.array(s.dict["Filter"])
	if single := f.name(s.dict["Filter"]); single != "" {
		filters = array{single}
	}
	if len(filters) > mostFilters {
		f.packed = true
		return nil
	}
	data := s.raw
	for _, filter := range filters {
		switch f.name(filter) {
		case "FlateDecode", "Fl":
			data = f.inflate(data)
		case "ASCII85Decode", "A85":
			data = f.ascii85(data)
		case "ASCIIHexDecode", "AHx":
			l := &lexer{data: data}
			data = []byte(l.hex())
		default:
			f.packed = true
			return nil
		}
	}
	if f.predicted(s) {
		f.packed = true
		return nil
	}
	f.plain[s] = data
	return data
}

// predicted says whether a stream is written as differences, which pictures and tables of offsets are.
func (f *file) predicted(s *stream) bool {
	parameters := f.dict(s.dict["DecodeParms"])
	for _, one := range f.array(s.dict["DecodeParms"]) {
		if members := f.dict(one); members != nil {
			parameters = members
		}
	}
	predictor, ok := f.number(parameters["Predictor"])
	return ok && predictor > 1
}

// inflate unpacks within what is left of the budget.
func (f *file) inflate(data []byte) []byte {
	reader, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	defer reader.Close()
	left := mostUnpacked - f.budget.unpacked
	out, _ := io.ReadAll(io.LimitReader(reader, int64(left)+1)) // what broke off is read as far as it goes
	if f.budget.unpacked += len(out); len(out) > left {
		f.budget.spent = true
		return nil
	}
	return out
}

func (f *file) ascii85(data []byte) []byte {
	data = bytes.TrimPrefix(bytes.TrimSpace(data), []byte("<~"))
	if end := bytes.IndexByte(data, '~'); end >= 0 {
		data = data[:end]
	}
	out := make([]byte, 4*len(data)+4) // four zero bytes may be written as one letter
	if f.budget.unpacked += len(data); f.budget.unpacked > mostUnpacked {
		f.budget.spent = true
		return nil
	}
	n, _, _ := ascii85.Decode(out, data, true) // what is no ASCII85 ends it
	return out[:n]
}
