package fhir_test

import (
	"cmp"
	"runtime"
	"runtime/metrics"
	"slices"
	"syscall"
	"testing"
	"time"
)

// Limits of one input, from its bytes to its review.
const (
	mostHeap  = 64 << 20
	mostTime  = 50 * time.Millisecond * raceFactor // of 99 in 100
	slowTries = 3
)

// A cost is what one input took.
type cost struct {
	name  string
	time  time.Duration
	bytes uint64 // allocated
}

// allocated is how many bytes have been allocated since the program began, freed or not.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// processorTime is what this process has used of all processors since it began.
func processorTime(t *testing.T) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// measured reads an input and notes what that took.
//
// Heap: what was allocated in between is counted, whether it was freed again or not. The heap cannot
// grow by more than that, whenever the collector runs, so the figure needs no control over the collector
// and is never too low; over the wire it holds what the server of the test allocated too.
//
// Time is that of the processors, of the collector too, because a machine with other work stops a program
// for longer than a review takes; alone on a machine it is the time that passes. An input that took too
// long is read again, at most three times in all, and its shortest time counts: a collection that was
// due anyway is not its own.
func (b *breaker) measured(name string, read func() result) result {
	best := cost{name: name, time: time.Hour}
	var got result
	for try := 0; try < slowTries && best.time > mostTime; try++ {
		if try == 1 {
			runtime.GC() // not in the midst of the second
		}
		before, started := allocated(), processorTime(b.T)
		got = read()
		best.time = min(best.time, processorTime(b.T)-started)
		best.bytes = max(best.bytes, allocated()-before)
	}
	b.costs = append(b.costs, best)
	if best.bytes > mostHeap {
		b.fail("%s: %d MiB were allocated, at most %d", name, best.bytes>>20, mostHeap>>20)
	}
	return got
}

// reportCosts prints the times and the memory, and holds the 99th percentile of the times to its limit.
func (b *breaker) reportCosts() {
	slices.SortFunc(b.costs, func(x, y cost) int { return cmp.Compare(x.time, y.time) })
	at := func(percent int) cost { return b.costs[(len(b.costs)-1)*percent/100] }
	b.Logf("time of an input: p50 %v, p99 %v, most %v (%s)", at(50).time.Round(time.Microsecond), at(99).time.Round(time.Microsecond),
		at(100).time.Round(time.Microsecond), at(100).name)
	if p99 := at(99); p99.time > mostTime {
		b.Errorf("one in a hundred inputs takes %v and more, at most %v: %s", p99.time, mostTime, p99.name)
	}
	slices.SortFunc(b.costs, func(x, y cost) int { return cmp.Compare(x.bytes, y.bytes) })
	b.Logf("allocated for an input: p50 %d KiB, p99 %d KiB, most %d KiB (%s)", at(50).bytes>>10, at(99).bytes>>10, at(100).bytes>>10, at(100).name)
}
