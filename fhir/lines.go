package fhir

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// ReadLines hands each line of NDJSON that is not blank to add, with its number from 1. A line over
// the limit comes without its content and with the reason, and the next one is read: a bad line in an
// export is one finding, not the end of the run. The content is only good until add returns. The error
// is of the reader alone.
func ReadLines(from io.Reader, limits Limits, add func(line int, raw []byte, problem error)) error {
	reader := bufio.NewReaderSize(from, 64<<10)
	var line []byte
	for number := 1; ; number++ {
		line = line[:0]
		over := false
		for {
			part, err := reader.ReadSlice('\n')
			if over = over || len(line)+len(bytes.TrimRight(part, "\r\n")) > limits.LineBytes; !over {
				line = append(line, part...)
			}
			if err == nil {
				break
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			handLine(number, line, over, limits, add)
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		handLine(number, line, over, limits, add)
	}
}

func handLine(number int, line []byte, over bool, limits Limits, add func(int, []byte, error)) {
	if over {
		add(number, nil, fmt.Errorf("is longer than %d bytes", limits.LineBytes))
		return
	}
	if raw := bytes.TrimSpace(line); len(raw) > 0 {
		add(number, raw, nil)
	}
}
