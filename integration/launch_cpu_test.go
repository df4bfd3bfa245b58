package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkLaunch is one launch from the chart to the page of the visit, with everything in between
// done for real. Time per operation holds the EHR and the browser too; cpu-ms/launch is what the
// program itself used, as the kernel counted it. It should stay under 5 ms.
func BenchmarkLaunch(b *testing.B) {
	w := target{}.open(b)
	visit := w.ehr.Visits()[0]
	newVisitor(b).launch(b, w.ehr.LaunchURL(visit.Patient, visit.Encounter)) // discovery and keys are kept from here on
	before := cpuTime(b, w.app.command.Process.Pid)
	for b.Loop() {
		newVisitor(b).launch(b, w.ehr.LaunchURL(visit.Patient, visit.Encounter))
	}
	used := cpuTime(b, w.app.command.Process.Pid) - before
	b.ReportMetric(float64(used.Microseconds())/1000/float64(b.N), "cpu-ms/launch")
}

// cpuTime is the time that the threads of a process have been on a CPU, in user and kernel mode, to
// the nanosecond: the first field of each thread's schedstat (Linux, Documentation/scheduler/sched-stats).
func cpuTime(t testing.TB, pid int) time.Duration {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(threads) == 0 {
		t.Fatalf("no thread of process %d tells its CPU time: %v", pid, err)
	}
	var used time.Duration
	for _, thread := range threads {
		stat, err := os.ReadFile(thread)
		if err != nil {
			t.Fatal(err)
		}
		var nanoseconds int64
		if _, err := fmt.Sscan(string(stat), &nanoseconds); err != nil {
			t.Fatal(err)
		}
		used += time.Duration(nanoseconds)
	}
	return used
}
