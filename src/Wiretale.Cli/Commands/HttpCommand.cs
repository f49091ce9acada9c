using System.CommandLine;
using System.Net;
using Wiretale.Cli.Options;
using Wiretale.Cli.Terminal;
using Wiretale.Lab.Http;
using Wiretale.Lab.Links;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale http</c>: a web server of one answer, one of files, and a download.</summary>
static class HttpCommand
{
    /// <summary>Runs it.</summary>
    public static int Run(string[] arguments) => LabRun.Invoke(LabRun.Group("http", "A web server, and a client that downloads.", Serve(), Get()), arguments);

    static Command Serve()
    {
        var folder = new Argument<string>("FOLDER") { Description = "what to serve [default: the current folder]", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "." };
        var hello = new Option<bool>("--hello") { Description = $"answer 'Hello World' to whatever is asked, on 0.0.0.0:{HttpHello.Port} unless told otherwise" };
        var listen = LabRun.Listen($"127.0.0.1:{FileServer.Port}");
        return LabRun.Command("serve", "Serves the files of a folder.", [folder, hello, listen], options => LabRun.Serve(async (screen, stop) =>
        {
            using var log = new QueuedLog(screen);
            await (options.GetValue(hello)
                ? new HttpHello(new TcpLink(), TimeProvider.System, log).RunAsync(options.GetValue(listen).Or(IPAddress.Any, HttpHello.Port), stop)
                : new FileServer(log).RunAsync(options.GetValue(folder)!, options.GetValue(listen).Or(IPAddress.Loopback, FileServer.Port), stop));
        }));
    }

    static Command Get()
    {
        var url = new Argument<Uri>("URL")
        {
            Description = "the file; http:// may be left out",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
                {
                    return address;
                }

                result.AddError($"\"{text}\" is not the address of a file on the web (as in http://127.0.0.1:8000/file)");
                return null;
            },
        };
        var output = new Option<string?>("--output", "-o") { Description = "where to put it [default: the last part of the address]", HelpName = "FILE" };
        var force = new Option<bool>("--force", "-f") { Description = "replace a file that is there" };
        var bind = new Option<Endpoint>("--bind", "-b") { Description = "the address of this machine to come from", HelpName = "ADDRESS", CustomParser = Endpoint.Parser(resolve: false) };
        var digest = new Option<string?>("--sha256") { Description = "what the file's SHA-256 must be; otherwise the server's word is taken, if it has one", HelpName = "HEX" };
        digest.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (token.Value.Length != 64 || !token.Value.All(char.IsAsciiHexDigit)))
            {
                result.AddError("--sha256 takes 64 hexadecimal digits");
            }
        });
        return LabRun.Command("get", "Downloads a file, and goes on where an earlier attempt broke off.", [url, output, force, bind, digest], options =>
        {
            var address = options.GetValue(url)!;
            string file = options.GetValue(output) ?? Download.FileName(address);
            if (File.Exists(file) && !options.GetValue(force))
            {
                throw new ExitException(1, $"{file} is there already: --force replaces it, -o FILE names another");
            }

            return LabRun.Run(async (_, stop) =>
            {
                using var screen = new Screen(toError: true);
                screen.Show(await Fetch.RunAsync(address, file, screen, stop, options.GetValue(bind).Address, options.GetValue(digest)));
                return 0;
            });
        });
    }
}
