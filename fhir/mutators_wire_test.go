package fhir_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// A rawAnswer is an answer as its bytes go over the wire.
type rawAnswer struct {
	header string // lines, each ended by CR LF
	body   []byte
}

// write sends the answer past the server's own bookkeeping, which would never lie, and hangs up.
func (a rawAnswer) write(w http.ResponseWriter) {
	connection, buffer, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	defer connection.Close()
	fmt.Fprintf(buffer, "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nConnection: close\r\n%s\r\n", a.header)
	_, _ = buffer.Write(a.body) // the client may have hung up first: that is what it is for
	_ = buffer.Flush()
}

func zipped(plain []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		panic(err)
	}
	if _, err := w.Write(plain); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func zippedAnswer(body []byte) rawAnswer {
	return rawAnswer{"Content-Encoding: gzip\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n", body}
}

// bombs are made once they are needed: they are large until they are packed.
var bombs = sync.OnceValue(func() [][]byte {
	return [][]byte{
		zipped(make([]byte, 64<<20)),
		zipped([]byte(`{"resourceType":"Bundle","type":"searchset","entry":[` + strings.Repeat(" ", 12<<20) + `]}`)),
		zipped([]byte(`{"resourceType":"Bundle","type":"searchset","entry":[` + strings.TrimSuffix(strings.Repeat(`{},`, 1<<20), ",") + `]}`)),
	}
})

// gzipBomb unpacks to far more than was sent; one is a bomb within a bomb.
func gzipBomb(r *rand.Rand, answer []byte) rawAnswer {
	if r.IntN(4) == 0 {
		return zippedAnswer(zipped(zipped(pick(r, bombs()))))
	}
	padded := bytes.Replace(answer, []byte("{"), []byte("{"+strings.Repeat(" ", 4<<20)), 1)
	if r.IntN(3) == 0 {
		return zippedAnswer(zipped(padded)) // a good answer, blown up
	}
	return zippedAnswer(pick(r, bombs()))
}

// truncatedGzip breaks off, or was damaged on the way.
func truncatedGzip(r *rand.Rand, answer []byte) rawAnswer {
	body := zipped(answer)
	switch r.IntN(5) {
	case 0:
		return zippedAnswer(answer) // not packed at all
	case 1:
		body[len(body)-1-r.IntN(8)] ^= 0x55 // the checksum or the length
		return zippedAnswer(body)
	case 2:
		return zippedAnswer(body[:len(body)-1-r.IntN(8)]) // within the trailer
	case 3:
		return zippedAnswer(nil)
	}
	return zippedAnswer(body[:r.IntN(len(body))])
}

// chunkLies announces another length than it sends.
func chunkLies(r *rand.Rand, answer []byte) rawAnswer {
	length := func(n int) rawAnswer {
		return rawAnswer{"Content-Length: " + strconv.Itoa(n) + "\r\n", answer}
	}
	chunked := func(size, rest string) rawAnswer {
		return rawAnswer{"Transfer-Encoding: chunked\r\n", []byte(size + "\r\n" + string(answer) + "\r\n" + rest)}
	}
	size := strconv.FormatInt(int64(len(answer)), 16)
	switch r.IntN(9) {
	case 0:
		return length(len(answer) + 1 + r.IntN(1000))
	case 1:
		return length(r.IntN(len(answer)))
	case 2:
		return length(-1)
	case 3:
		return rawAnswer{"Content-Length: 10\r\nContent-Length: 20\r\n", answer}
	case 4:
		return chunked(size, "") // no last chunk
	case 5:
		return chunked(strconv.FormatInt(int64(1+r.IntN(len(answer)-1)), 16), "0\r\n\r\n")
	case 6:
		return chunked("7fffffffffffffff", "0\r\n\r\n")
	case 7:
		return chunked("fffffffffffffffff", "0\r\n\r\n")
	}
	return chunked("many", "0\r\n\r\n")
}
