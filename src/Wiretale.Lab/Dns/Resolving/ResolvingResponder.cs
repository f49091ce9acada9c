using System.Net;
using System.Text;
using Wiretale.Lab.Dns.Serving;
using Wiretale.Wire;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>Answers what a resolver finds, to those for whom it is there.</summary>
/// <param name="teacher">Where each step is told, for those who want to learn from it.</param>
public sealed class ResolvingResponder(Resolver resolver, AllowedClients clients, ILog? teacher = null) : IDnsResponder
{
    /// <summary>Extended errors (RFC 8914 section 4).</summary>
    const ushort Prohibited = 18, NotSupported = 21, NoReachableAuthority = 22;

    /// <summary>Longest explanation that is sent along.</summary>
    const int LongestText = 200;

    static readonly RecordType hinfo = new(DnsType.Hinfo);

    int number;

    /// <inheritdoc />
    public int Answer(in DnsRequest request, Span<byte> response) => IDnsResponder.Later;

    /// <inheritdoc />
    public async ValueTask<DnsMessage> AnswerAsync(DnsMessage query, IPEndPoint client, CancellationToken stop)
    {
        var response = query.Response();
        response.RecursionAvailable = true;
        var question = query.Questions[0];
        if (!clients.Contains(client.Address))
        {
            // Without a word more: the address may be that of somebody else.
            return Refuse(response, ResponseCode.Refused, Prohibited, "");
        }

        if (question.Class != RecordClass.IN)
        {
            return Refuse(response, ResponseCode.Refused, NotSupported, "only the class IN is known here");
        }

        if (question.Type == RecordType.ANY)
        {
            // Nobody needs all of it but who wants a long answer sent to somebody else (RFC 8482 section 4.2).
            response.Answers.Add(new(question.Name, 3600, RecordData.Parse(hinfo, "RFC8482 \"\"")));
            return response;
        }

        if (question.Type.IsMeta)
        {
            return Refuse(response, ResponseCode.NotImp, NotSupported, $"{question.Type} is not asked of a resolver");
        }

        // What is remembered here would tell who asked for what.
        if (!query.RecursionDesired)
        {
            return Refuse(response, ResponseCode.Refused, Prohibited, "without RD this server has nothing to say");
        }

        string prefix = teacher is null ? "" : $"#{Interlocked.Increment(ref number)} ";
        teacher?.Show($"{prefix}{client} asks for {question.Name} {question.Type}", Tone.Note);
        var finding = await resolver.ResolveAsync(question.Name, question.Type, teacher is null ? null : step => teacher.Show(prefix + step), stop);
        teacher?.Show($"{prefix}{client} is told: {finding.Code.Name()}, {finding.Records.Count} record{(finding.Records.Count == 1 ? "" : "s")}{(finding.IsFromCache ? ", all from the cache" : "")}", Tone.Good);
        response.ResponseCode = finding.Code;

        // Others may have asked in other letters.
        response.Answers.AddRange(finding.Records.Select(record => record.Name == question.Name ? record with { Name = question.Name } : record));
        if (finding.Soa is { } soa)
        {
            response.Authorities.Add(soa);
        }

        return finding.Why is { } why ? Refuse(response, finding.Code, NoReachableAuthority, why) : response;
    }

    static DnsMessage Refuse(DnsMessage response, ResponseCode code, ushort extended, string why)
    {
        response.ResponseCode = code;
        byte[] text = Encoding.UTF8.GetBytes(why);
        response.Opt = new() { Options = [new(EdnsOption.ExtendedError, [(byte)(extended >> 8), (byte)extended, .. text.AsSpan(0, Math.Min(text.Length, LongestText))])] };
        return response;
    }
}
