// Command chargenote reviews clinical visits: what can be billed and why, and what the note lacks.
//
// It runs inside an EHR as a SMART on FHIR app (serve), on one machine with a demo EHR (demo), and
// on files (review, draft, code, gaps, rules). It never bills: it suggests, and a clinician decides.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/chargenote/chargenote/docs"
)

// The exit codes of every command.
const (
	exitDone     = 0
	exitFindings = 1 // findings that --fail-on asks for
	exitUsage    = 2 // wrong use of options
	exitInput    = 3 // input that cannot be read or does not say which visit
	exitRemote   = 4 // the other side failed
)

// commands is the command line. Every setting has a flag and an environment variable.
type commands struct {
	Demo    demoCommand    `cmd:"" help:"The whole product on one machine: demo EHR and app, made-up patients, no configuration."`
	Serve   serveCommand   `cmd:"" help:"The app for real EHRs."`
	Review  reviewCommand  `cmd:"" help:"Review one visit of a FHIR R4 Bundle: session, scores, suggestions, gaps."`
	Draft   draftCommand   `cmd:"" help:"Draft a document of one visit, with its sources and the blanks that only the clinician can fill: after visit summary, progress note, assessment report or note."`
	Code    codeCommand    `cmd:"" help:"Apply the coding rules alone to a facts document."`
	Gaps    gapsCommand    `cmd:"" help:"Apply the documentation rules alone to a note's text."`
	Rules   rulesCommand   `cmd:"" help:"Print the rules in force on a day, with their sources; check a rule pack; import CMS's tables; or export the rules."`
	Version versionCommand `cmd:"" help:"Print version, rule packs with their digests, and notices."`
}

// A terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	isTTY    bool // out is a person's terminal
	errTTY   bool // err is
}

// watch is where progress is told: standard error where a person watches it, otherwise nil.
func (t terminal) watch() io.Writer {
	if !t.errTTY {
		return nil
	}
	return t.err
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], terminal{os.Stdin, os.Stdout, os.Stderr, isTerminal(os.Stdout), isTerminal(os.Stderr)}))
}

// run parses the command line, runs the command and turns its error into an exit code.
func run(ctx context.Context, args []string, term terminal) int {
	var cli commands
	code := -1
	parser, err := kong.New(&cli,
		kong.Name("chargenote"),
		kong.Description("What a visit supports in codes, why, and what its note lacks. The clinician decides."),
		kong.Writers(term.out, term.err),
		kong.Exit(func(c int) { code = c }),
		kong.DefaultEnvars("CHARGENOTE"),
		kong.Vars{"limits": limitsHelp()},
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(term),
		kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintf(term.err, "chargenote: %v\n", err)
		return exitUsage
	}
	parsed, err := parser.Parse(args)
	if code >= 0 { // --help was printed
		return code
	}
	if err != nil {
		fmt.Fprintf(term.err, "chargenote: %v; chargenote --help lists commands and options\n", err)
		return exitUsage
	}
	return exitCode(parsed.Run(), term.err)
}

// A failure is an error with the exit code it asks for.
type failure struct {
	code  int
	lines []string // one line a fault, for standard error
}

func (f *failure) Error() string { return strings.Join(f.lines, "\n") }

// usage is a wrong use of options.
func usage(format string, args ...any) error {
	return &failure{exitUsage, []string{"chargenote: " + fmt.Sprintf(format, args...)}}
}

// input is a fault of the file named, one line for each error joined in err.
func input(file string, err error) error {
	f := &failure{code: exitInput}
	for _, line := range strings.Split(err.Error(), "\n") {
		line = file + ": " + strings.TrimSpace(line)
		if line != file+": " && !slices.Contains(f.lines, line) { // each kind of rules reads the file that names a pack
			f.lines = append(f.lines, line)
		}
	}
	return f
}

// findings asks for the exit code that says so; it prints nothing.
func findings() error { return &failure{code: exitFindings} }

func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return exitDone
	}
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{exitRemote, []string{"chargenote: " + err.Error()}}
	}
	for line := range strings.SplitSeq(f.Error(), "\n") {
		if line != "" {
			fmt.Fprintln(stderr, docs.Legible(line)) // it may name a key of the file
		}
	}
	return f.code
}
