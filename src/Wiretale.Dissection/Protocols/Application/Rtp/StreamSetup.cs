using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Rtp;

/// <summary>How a stream was announced: by whom, and in which frame.</summary>
/// <param name="Codings">Names of payload types that have none of their own.</param>
/// <param name="Context">The context of a gateway that it belongs to.</param>
sealed record StreamSetup(string Method, int Frame, string CallId, IReadOnlyDictionary<int, string> Codings, uint? Context = null)
{
    /// <summary>Adds the context of a gateway.</summary>
    public static void AddContext(Packet p, in View v, Node tree, uint context) =>
        p.Label(p.Generated(p.AddUInt(tree, Gateway.Megaco.Context, v, 0, 0, context)), $"Context: {context}");

    /// <summary>What a protocol that is announced shows of it.</summary>
    public sealed class Fields(Protocol protocol, Field? callId = null)
    {
        readonly Field setup = protocol.String($"{protocol.FilterName}.setup", "Stream setup", "Stream setup, method and frame number");
        readonly Field frame = protocol.FrameNumber($"{protocol.FilterName}.setup-frame", "Setup frame", "Frame that set up this stream");
        readonly Field method = protocol.String($"{protocol.FilterName}.setup-method", "Setup Method", "Method used to set up this stream");

        /// <summary>Adds a stream's setup.</summary>
        public void Add(Packet p, in View v, Node tree, StreamSetup how)
        {
            var branch = p.Generated(p.AddString(tree, setup, v, 0, 0, ""));
            p.Label(branch, $"Stream setup by {how.Method} (frame {how.Frame})");
            p.Generated(p.AddUInt(branch, frame, v, 0, 0, (uint)how.Frame));
            p.Generated(p.AddString(branch, method, v, 0, 0, how.Method));
            if (callId is not null && how.CallId.Length > 0)
            {
                p.Generated(p.AddString(branch, callId, v, 0, 0, how.CallId));
            }

            if (callId is not null && how.Context is { } context)
            {
                AddContext(p, v, branch, context);
            }
        }
    }
}
