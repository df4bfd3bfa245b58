# The README's commands. Each target is one line of what a person would type.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test test-long bench lint build image

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

demo: ## demo EHR and app on this machine; prints the address to open
	go run ./cmd/chargenote demo

test: ## everything: units, commands, container, browser, HAPI FHIR, race detector, linters
	@scripts/test.sh

test-long: ## fuzzing and long properties, ten minutes
	@scripts/test-long.sh

bench: ## benchmarks of every package
	go test -run '^$$' -bench . -benchmem ./...

lint: ## gofmt, go vet, golangci-lint
	@scripts/lint.sh

build: ## the static binary, into bin/
	CGO_ENABLED=0 go build -trimpath -o bin/chargenote ./cmd/chargenote

image: ## the container image, from the base images that can be had here
	@scripts/image.sh
