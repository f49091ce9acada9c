using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Http;

/// <summary>Kestrel with the lab's limits, and nothing of ASP.NET Core that was not asked for.</summary>
static class WebServer
{
    /// <summary>Serves until it is stopped.</summary>
    /// <exception cref="LinkException">The address cannot be listened on.</exception>
    public static async Task RunAsync(IPEndPoint local, Action<WebApplication> pipeline, Action<IPEndPoint> listening, CancellationToken stop)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.Listen(local);
            options.AddServerHeader = false;
            options.Limits.MaxConcurrentConnections = 2000;
            options.Limits.MaxConcurrentUpgradedConnections = 2000;
            options.Limits.MaxRequestBodySize = 1 << 16;
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        await using var app = builder.Build();
        pipeline(app);
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new LinkException($"cannot listen on {local}: {SocketText.Listening(new((int)SocketError.AddressAlreadyInUse), local)}", e);
        }
        catch (SocketException e)
        {
            throw new LinkException($"cannot listen on {local}: {SocketText.Listening(e, local)}", e);
        }

        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        listening(IPEndPoint.Parse(address[(address.IndexOf("//", StringComparison.Ordinal) + 2)..]));
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
        }
    }

    // Ctrl-C is the business of whoever runs the server.
    sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
