using System.Text;
using Wiretale.Dissection;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale completion</c>: scripts with which shells complete field names and files; <c>wiretale complete-field</c> is what they ask.</summary>
static class CompletionCommand
{
    const string Bash =
        """
        # wiretale completion bash > ~/.local/share/bash-completion/completions/wiretale
        _wiretale() {
            local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
            case $before in
                -Y|-R|-e|--display-filter|--read-filter|explain)
                    # Only the last word of a filter is completed.
                    local last=${word##*[ \(!]} first
                    first=${word%"$last"}
                    last=${last#[\"\']}
                    COMPREPLY=($(compgen -W "$(wiretale complete-field "$last")" -- "$last"))
                    COMPREPLY=("${COMPREPLY[@]/#/$first}")
                    compopt -o nospace ;;
                *)
                    COMPREPLY=($(compgen -f -- "$word")) ;;
            esac
        }
        complete -o filenames -F _wiretale wiretale

        """;

    const string Zsh =
        """
        #compdef wiretale
        # wiretale completion zsh > a folder of $fpath, as _wiretale
        _wiretale() {
            case $words[CURRENT-1] in
                -Y|-R|-e|--display-filter|--read-filter|explain)
                    local -a names
                    compset -P '*[ (!"]'
                    names=(${(f)"$(wiretale complete-field "$PREFIX")"})
                    compadd -S '' -a names ;;
                *)
                    _files ;;
            esac
        }
        compdef _wiretale wiretale

        """;

    const string Fish =
        """
        # wiretale completion fish > ~/.config/fish/completions/wiretale.fish
        function __wiretale_field
            set -l word (commandline -ct | string replace -r '^["\']' '')
            set -l last (string match -r '[^ (!]*$' -- $word)
            set -l first (string replace -r '[^ (!]*$' '' -- $word)
            wiretale complete-field "$last" | string replace -r '^' -- $first
        end
        complete -c wiretale -s Y -x -a '(__wiretale_field)' -d 'Display filter'
        complete -c wiretale -s e -x -a '(__wiretale_field)' -d 'Field'
        complete -c wiretale -s r -r -d 'Capture'

        """;

    /// <summary>Prints a shell's script.</summary>
    public static int Run(string shell)
    {
        string? script = shell switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => null };
        if (script is null)
        {
            StandardStreams.Error("completion is for bash, zsh or fish");
            return 1;
        }

        StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(script));
        return 0;
    }

    /// <summary>Prints the names of fields that begin with a text: up to the next dot while there are many.</summary>
    public static int Fields(string prefix)
    {
        const int Many = 200;
        var names = Catalog.Registry.Fields.Select(f => f.Name).Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (names.Length > Many)
        {
            names = [.. names.Select(n => n.IndexOf('.', prefix.Length) is var dot and >= 0 ? n[..(dot + 1)] : n).Distinct(StringComparer.Ordinal)];
        }

        StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(string.Concat(names.Select(n => n + "\n"))));
        return 0;
    }
}
